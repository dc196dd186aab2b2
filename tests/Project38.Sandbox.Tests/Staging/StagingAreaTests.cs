using Microsoft.Extensions.Options;
using Project38.Sandbox.Staging;

namespace Project38.Sandbox.Tests.Staging;

public sealed class StagingAreaTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("p38-test-").FullName;
    private readonly string _source;
    private readonly StagingArea _area;

    public StagingAreaTests()
    {
        File.SetUnixFileMode(_folder, (UnixFileMode)0x1ED); // 0755
        _source = Directory.CreateDirectory(Path.Combine(_folder, "private"), (UnixFileMode)0x1C0).FullName; // 0700
        Directory.CreateDirectory(Path.Combine(_source, "package"), (UnixFileMode)0x1C0);
        File.WriteAllText(Path.Combine(_source, "package", "module.py"), "x = 1");
        _area = Area(Path.Combine(_folder, "staged"));
    }

    [Fact]
    public void StageFolder_MakesAReadableCopy_WhenTheSourceIsPrivate()
    {
        var staged = _area.StageFolder(_source);

        var file = Path.Combine(staged, "package", "module.py");
        File.ReadAllText(file).ShouldBe("x = 1");
        File.GetUnixFileMode(file).ShouldBe((UnixFileMode)0x124); // 0444
        File.GetUnixFileMode(Path.GetDirectoryName(file)!).ShouldBe((UnixFileMode)0x1ED);
        Directory.GetDirectories(Path.GetDirectoryName(staged)!).ShouldBe([staged]);
    }

    [Fact]
    public void StageFolder_GivesTheSameFolder_WhenTheContentIsTheSame()
    {
        var first = _area.StageFolder(_source);
        Directory.CreateDirectory(Path.Combine(_source, "__pycache__"));
        File.WriteAllText(Path.Combine(_source, "__pycache__", "module.pyc"), "compiled");

        _area.StageFolder(_source).ShouldBe(first);
    }

    [Fact]
    public void StageFolder_GivesAnotherFolder_WhenAnythingChanged()
    {
        var first = _area.StageFolder(_source);
        File.WriteAllText(Path.Combine(_source, "package", "module.py"), "x = 2");
        var second = _area.StageFolder(_source);
        File.Move(Path.Combine(_source, "package", "module.py"), Path.Combine(_source, "module.py"));
        var third = _area.StageFolder(_source);

        new[] { first, second, third }.ShouldBeUnique();
    }

    [Fact]
    public async Task StageFolder_StagesOnce_WhenManyAskAtOnce()
    {
        var staged = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(_ => Task.Run(() => _area.StageFolder(_source), TestContext.Current.CancellationToken))
        );

        staged.Distinct().Count().ShouldBe(1);
        Directory.GetDirectories(Path.Combine(_folder, "staged")).ShouldBe([staged[0]]);
    }

    [Fact]
    public async Task StageMoreAsync_MakesOneCopyWithMore_WhenItIsAskedTwice()
    {
        var made = 0;
        var staged = _area.StageFolder(_source);

        var more = await _area.StageMoreAsync(staged, "python3", MakeAsync);
        (await _area.StageMoreAsync(staged, "python3", MakeAsync)).ShouldBe(more);

        made.ShouldBe(1);
        var file = Path.Combine(more, "package", "__pycache__", "module.pyc");
        File.ReadAllText(file).ShouldBe("compiled");
        File.GetUnixFileMode(file).ShouldBe((UnixFileMode)0x124);
        File.GetUnixFileMode(Path.GetDirectoryName(file)!).ShouldBe((UnixFileMode)0x1ED);
        File.ReadAllText(Path.Combine(more, "package", "module.py")).ShouldBe("x = 1");
        Directory.GetFileSystemEntries(staged, "*.pyc", SearchOption.AllDirectories).ShouldBeEmpty();

        Task<IReadOnlyDictionary<string, byte[]>> MakeAsync()
        {
            made++;
            return Files("package/__pycache__/module.pyc");
        }
    }

    [Theory]
    [InlineData("../module.pyc")]
    [InlineData("/tmp/module.pyc")]
    [InlineData("package/module.py")]
    public async Task StageMoreAsync_LeavesNothing_WhenAFileIsNotOneMore(string path)
    {
        var staged = _area.StageFolder(_source);

        await Should.ThrowAsync<IOException>(() => _area.StageMoreAsync(staged, "python3", () => Files(path)));

        Directory.GetDirectories(Path.GetDirectoryName(staged)!).ShouldBe([staged]);
    }

    [Fact]
    public void StageFolder_Refuses_WhenTheSourceHasALink()
    {
        File.CreateSymbolicLink(Path.Combine(_source, "link"), "/etc/shadow");

        Should.Throw<IOException>(() => _area.StageFolder(_source)).Message.ShouldContain("link");
    }

    [Fact]
    public void StageFolder_Refuses_WhenOthersMayWriteTheStagingFolder()
    {
        var open = Directory.CreateDirectory(Path.Combine(_folder, "open")).FullName;
        File.SetUnixFileMode(open, (UnixFileMode)0x1FF); // 0777

        Should.Throw<IOException>(() => Area(open).StageFolder(_source)).Message.ShouldContain("StagingFolder");
        Should.Throw<IOException>(() => Area(Path.Combine(open, "below")).StageFolder(_source));
    }

    [Fact]
    public void StageFolder_Refuses_WhenTheStagingFolderIsALink()
    {
        var link = Path.Combine(_folder, "link");
        Directory.CreateSymbolicLink(link, _source);

        Should.Throw<IOException>(() => Area(link).StageFolder(_source));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<IReadOnlyDictionary<string, byte[]>> Files(string path) =>
        Task.FromResult<IReadOnlyDictionary<string, byte[]>>(
            new Dictionary<string, byte[]> { [path] = "compiled"u8.ToArray() }
        );

    private static StagingArea Area(string folder) =>
        new(Options.Create(new SandboxOptions { StagingFolder = folder }));
}
