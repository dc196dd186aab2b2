using System.Runtime.InteropServices;
using System.Text;
using CsCheck;
using Project38.Core.Tools.Filesystem;

namespace Project38.Core.Tests.Tools.Filesystem;

public sealed partial class WorkspaceTests : IDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly FilesystemOptions _options = new()
    {
        FileBytes = 2048,
        WorkspaceBytes = 8192,
        WorkspaceFiles = 12,
    };
    private readonly string _root;
    private readonly Workspace _workspace;

    public WorkspaceTests()
    {
        _root = _home["workspace"];
        _ = Directory.CreateDirectory(_root);
        _workspace = new Workspace(_root, _options);
        File.WriteAllText(_home["secret.txt"], "secret");
        File.WriteAllText(Path.Join(_root, "inside.txt"), "inside");
    }

    public void Dispose() => _home.Dispose();

    public static TheoryData<string> Escapes =>
        [
            "..",
            "../secret.txt",
            "../../etc/passwd",
            "a/../../secret.txt",
            "a/b/../../../secret.txt",
            "./../secret.txt",
            "a/..",
            "../workspace/inside.txt",
            "/etc/passwd",
            "//etc/passwd",
            "/",
            "/proc/self/environ",
            "link-to-secret",
            "link-to-inside",
            "link-to-folder/secret.txt",
            "link-to-root/etc/passwd",
            "link-dangling",
            "link-loop",
            "link-absolute",
            "link-to-proc/self/environ",
            "link-to-proc/self/root/etc/passwd",
            "pipe",
            "hard-link",
            "nul\0.txt",
            "line\nfeed",
            "escape\u001b[2J",
            "tab\there",
            "delete\u007f",
            "c1\u0085",
            ".p38-temporary",
            "folder/.p38-temporary",
            new string('x', 256),
            string.Concat(Enumerable.Repeat("d/", 40)) + "deep.txt",
            "half\ud800",
            string.Join('/', Enumerable.Repeat(new string('y', 200), 20)),
            "inside.txt/below",
        ];

    [Theory]
    [MemberData(nameof(Escapes))]
    public void Path_LeadsNowhere_WhenItIsATrick(string path)
    {
        GivenTraps();

        Should.Throw<FileRefusedException>(() => _workspace.Read(path));
        Should.Throw<FileRefusedException>(() => _workspace.Append(path + "/x", "x"u8));
        Should.NotThrow(() => Ignore(() => _workspace.Write(path, "mine"u8)));
        Should.NotThrow(() => Ignore(() => _workspace.Delete(path)));
        Should.NotThrow(() => Ignore(() => _workspace.Move("inside.txt", path)));
        Should.NotThrow(() => Ignore(() => _workspace.MakeFolder(path)));

        File.ReadAllText(_home["secret.txt"]).ShouldBe("secret");
        Directory.GetFileSystemEntries(_home.Path).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("a.txt")]
    [InlineData("דוח הוצאות.csv")]
    [InlineData("a/b/c.txt")]
    [InlineData("..hidden")]
    [InlineData("back\\slash")]
    [InlineData("-rf")]
    [InlineData("%2e%2e")]
    [InlineData("~")]
    public void Write_CanBeRead_WhateverTheNameIs(string path)
    {
        _workspace.Write(path, "תוכן"u8);

        Encoding.UTF8.GetString(_workspace.Read(path)).ShouldBe("תוכן");
        _workspace.AllFiles().Select(file => file.Name).ShouldContain(path);
        _workspace.Find(path).ShouldNotBeNull().Size.ShouldBe(8);
    }

    [Fact]
    public void Write_LeavesTheOldFile_WhenTheNewOneIsTooLarge()
    {
        var fault = Should.Throw<FileRefusedException>(() => _workspace.Write("inside.txt", new byte[2049]));

        fault.Reason.ShouldBe(FileRefusal.TooLarge);
        Encoding.UTF8.GetString(_workspace.Read("inside.txt")).ShouldBe("inside");
    }

    [Fact]
    public async Task Write_LeavesTheOldFileAndSaysWhy_WhenTheDiskIsFull()
    {
        using var disk = await SmallDisk.StartAsync(64 * 1024);
        var workspace = new Workspace(disk.Path, new FilesystemOptions());
        workspace.Write("kept.txt", "kept"u8);

        var fault = Should.Throw<FileRefusedException>(() => workspace.Write("kept.txt", new byte[1024 * 1024]));
        var appended = Should.Throw<FileRefusedException>(() => workspace.Append("kept.txt", new byte[1024 * 1024]));

        fault.Reason.ShouldBe(FileRefusal.DiskFull);
        appended.Reason.ShouldBe(FileRefusal.DiskFull);
        fault.Message.ShouldNotContain(disk.Path);
        Encoding.UTF8.GetString(workspace.Read("kept.txt")).ShouldBe("kept");
        Directory.GetFileSystemEntries(disk.Path).ShouldHaveSingleItem();
        workspace.CountedAndFound.ShouldBe(((4L, 1), (4L, 1)));
    }

    [Fact]
    public async Task Read_DoesNotEvenOpen_WhenThereIsAPipe()
    {
        GivenTraps();
        // Waits until somebody opens the pipe to read: to open it and then refuse would be felt outside.
        var writer = Task.Run(
            () => new FileStream(Path.Join(_root, "pipe"), FileMode.Open, FileAccess.Write).Dispose(),
            TestContext.Current.CancellationToken
        );

        for (var i = 0; i < 200; i++)
        {
            Should.Throw<FileRefusedException>(() => _workspace.Read("pipe")).Reason.ShouldBe(FileRefusal.NoFile);
        }

        writer.IsCompleted.ShouldBeFalse();
        await new FileStream(Path.Join(_root, "pipe"), FileMode.Open, FileAccess.Read).DisposeAsync();
        await writer;
    }

    [Fact]
    public void Kernel_SaysWhatIsMissing_WhenItHasNoOpenat2()
    {
        var fault = Should.Throw<FileRefusedException>(() =>
            FileTree.Kernel<int>("x", () => throw new System.ComponentModel.Win32Exception(LinuxFiles.NotImplemented))
        );

        fault.Message.ShouldContain("openat2");
        fault.Message.ShouldContain("Linux 5.6");
    }

    [Fact]
    public void Read_Refuses_WhenAFileIsTooLarge()
    {
        File.WriteAllBytes(Path.Join(_root, "large"), new byte[4096]);

        Should.Throw<FileRefusedException>(() => _workspace.Read("large")).Reason.ShouldBe(FileRefusal.TooLarge);
    }

    [Theory]
    [InlineData("gone.txt", FileRefusal.Missing)]
    [InlineData("gone/gone.txt", FileRefusal.Missing)]
    [InlineData("folder", FileRefusal.IsFolder)]
    [InlineData("", FileRefusal.IsFolder)]
    [InlineData("inside.txt/x", FileRefusal.IsFile)]
    public void Read_SaysWhy_WhenThereIsNoFile(string path, FileRefusal expected)
    {
        _workspace.MakeFolder("folder");

        Should.Throw<FileRefusedException>(() => _workspace.Read(path)).Reason.ShouldBe(expected);
    }

    [Fact]
    public void Write_IsRefused_WhenTheWorkspaceIsFull()
    {
        for (var i = 0; i < 3; i++)
        {
            _workspace.Write($"{i}", new byte[2048]);
        }

        Should
            .Throw<FileRefusedException>(() => _workspace.Write("more", new byte[2048]))
            .Reason.ShouldBe(FileRefusal.Quota);
        _workspace.Delete("0").ShouldBeTrue();
        _workspace.Write("more", new byte[2048]);
    }

    [Fact]
    public void Write_IsRefused_WhenThereAreTooManyFiles()
    {
        for (var i = 0; i < 11; i++)
        {
            _workspace.Write($"{i}", "x"u8);
        }

        Should.Throw<FileRefusedException>(() => _workspace.Write("more", "x"u8)).Reason.ShouldBe(FileRefusal.Quota);
        Should.Throw<FileRefusedException>(() => _workspace.MakeFolder("more")).Reason.ShouldBe(FileRefusal.Quota);
        _workspace.Write("0", "replaced"u8);
    }

    [Fact]
    public void Quota_StaysTrue_WhateverIsDone()
    {
        var action = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 900]);

        action
            .List[1, 40]
            .Sample(
                actions =>
                {
                    using var folder = new TemporaryFolder();
                    var workspace = new Workspace(folder.Path, _options);
                    foreach (var (what, one, other, size) in actions)
                    {
                        Ignore(() => Do(workspace, what, $"d{one % 2}/f{one}", $"d{other % 2}/f{other}", size));
                    }

                    return workspace.CountedAndFound is var (counted, found) && counted == found;
                },
                iter: 30
            );
    }

    [Fact]
    public void Append_AddsAndCounts_WhenTheFileIsThere()
    {
        _workspace.Append("log.txt", "one\n"u8).ShouldBe(4);
        _workspace.Append("log.txt", "two\n"u8).ShouldBe(8);

        Encoding.UTF8.GetString(_workspace.Read("log.txt")).ShouldBe("one\ntwo\n");
    }

    [Fact]
    public void List_ShowsFilesAndFoldersOnly_WhenThereAreTraps()
    {
        GivenTraps();
        File.WriteAllText(Path.Join(_root, ".p38-leftover"), "half");
        _workspace.MakeFolder("reports");

        _workspace.List("").Select(entry => entry.Name).ShouldBe(["hard-link", "inside.txt", "reports"]);
    }

    [Fact]
    public void Write_DeletesWhatACrashLeft_WhenItIsTheFirst()
    {
        File.WriteAllText(Path.Join(_root, ".p38-leftover"), "half");

        _workspace.Write("a", "x"u8);

        File.Exists(Path.Join(_root, ".p38-leftover")).ShouldBeFalse();
    }

    [Fact]
    public void Delete_TakesAFolderWithAllInIt_AndSaysWhetherItWas()
    {
        _workspace.Write("a/b/c.txt", "x"u8);
        File.CreateSymbolicLink(Path.Join(_root, "a", "link"), _home["secret.txt"]);

        _workspace.Delete("a").ShouldBeTrue();
        _workspace.Delete("a").ShouldBeFalse();

        File.Exists(_home["secret.txt"]).ShouldBeTrue();
        Should.Throw<FileRefusedException>(() => _workspace.Delete(""));
    }

    [Fact]
    public void Move_RefusesAFolderIntoItself_AndReplacesFiles()
    {
        _workspace.Write("a/x", "1"u8);
        _workspace.Write("b/y", "2"u8);

        _workspace.Move("a/x", "b/y");

        Should.Throw<FileRefusedException>(() => _workspace.Move("b", "b/c/d"));
        Encoding.UTF8.GetString(_workspace.Read("b/y")).ShouldBe("1");
        Should.Throw<FileRefusedException>(() => _workspace.Move("gone", "x")).Reason.ShouldBe(FileRefusal.Missing);
    }

    [Fact]
    public async Task Read_NeverSeesHalf_WhileOthersWrite()
    {
        var contents = new[] { new byte[2000], Enumerable.Repeat((byte)1, 1000).ToArray() };
        _workspace.Write("shared", contents[0]);
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(
            () =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    _workspace.Write("shared", contents[i % 2]);
                }
            },
            TestContext.Current.CancellationToken
        );

        for (var i = 0; i < 300; i++)
        {
            var read = _workspace.Read("shared");
            contents.ShouldContain(content => content.SequenceEqual(read));
        }

        await stop.CancelAsync();
        await writer;
    }

    [Fact]
    public async Task Put_WritesNothing_WhenTheFileIsTooLarge()
    {
        using var large = new MemoryStream(new byte[3000]);

        var fault = await Should.ThrowAsync<FileRefusedException>(() =>
            _workspace.PutAsync("put.bin", large, TestContext.Current.CancellationToken)
        );

        fault.Reason.ShouldBe(FileRefusal.TooLarge);
        _workspace.Find("put.bin").ShouldBeNull();
    }

    [Theory]
    [InlineData("*.csv", "a.csv", true)]
    [InlineData("*.csv", "d/a.csv", false)]
    [InlineData("d/*.csv", "d/a.csv", true)]
    [InlineData("**/*.csv", "a.csv", true)]
    [InlineData("**/*.csv", "d/e/a.csv", true)]
    [InlineData("d/**", "d/e/a.csv", true)]
    [InlineData("d/**/a.csv", "d/a.csv", true)]
    [InlineData("?.csv", "ab.csv", false)]
    [InlineData("א*.csv", "אבג.csv", true)]
    [InlineData("*a*b*c", "xaybzc", true)]
    [InlineData("A.csv", "a.csv", false)]
    public void Glob_Matches_AsPeopleExpect(string pattern, string path, bool expected) =>
        new GlobPattern(pattern).Matches(path).ShouldBe(expected);

    [Fact]
    public void Glob_EndsAtOnce_WhenThePatternIsMadeToBeSlow()
    {
        var pattern = new GlobPattern(
            string.Concat(Enumerable.Repeat("*a", 120)) + "/" + string.Join('/', Enumerable.Repeat("**", 20))
        );

        pattern.Matches(new string('a', 250) + "b/" + string.Join('/', Enumerable.Repeat("c", 30))).ShouldBeFalse();
    }

    private void GivenTraps()
    {
        Link("link-to-secret", "../secret.txt");
        Link("link-to-inside", "inside.txt");
        Link("link-to-folder", "..");
        Link("link-to-root", "/");
        Link("link-dangling", "nowhere");
        Link("link-loop", "link-loop");
        Link("link-absolute", _home["secret.txt"]);
        Link("link-to-proc", "/proc");
        _ = MakePipe(Path.Join(_root, "pipe"), 0x180);
        _ = HardLink(Path.Join(_root, "inside.txt"), Path.Join(_root, "hard-link"));
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(Path.Join(_root, name), target);

    private static void Do(Workspace workspace, int what, string one, string other, int size)
    {
        switch (what)
        {
            case 0:
                workspace.Write(one, new byte[size]);
                break;
            case 1:
                _ = workspace.Append(one, new byte[size]);
                break;
            case 2:
                workspace.Move(one, other);
                break;
            case 3:
                _ = workspace.Delete(one);
                break;
            default:
                workspace.MakeFolder(one);
                break;
        }
    }

    private static void Ignore(Action action)
    {
        try
        {
            action();
        }
        catch (FileRefusedException refused)
        {
            refused.Message.ShouldNotContain("/tmp/");
        }
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakePipe(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int HardLink(string path, string newPath);
}
