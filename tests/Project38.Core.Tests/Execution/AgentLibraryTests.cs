using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Execution;
using Project38.Core.Execution.Pythons;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Sandbox;

namespace Project38.Core.Tests.Execution;

/// <summary>The library for agents, compiled once, by a real Python in a real sandbox.</summary>
public sealed class AgentLibraryTests : IAsyncDisposable
{
    private readonly string _staging = Directory.CreateTempSubdirectory("p38-test-").FullName;
    private readonly ServiceProvider _services;

    public AgentLibraryTests()
    {
        File.SetUnixFileMode(_staging, (UnixFileMode)0x1ED); // 0755
        _services = new ServiceCollection()
            .AddLogging()
            .AddStorage()
            .AddSandbox()
            .AddTools()
            .AddExecution()
            .Configure<SandboxOptions>(options => options.StagingFolder = _staging)
            .BuildServiceProvider();
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_staging, recursive: true);
    }

    [Fact]
    public async Task Folder_HasAllOfItCompiled_WhenItIsStaged()
    {
        var library = _services.GetRequiredService<AgentLibrary>();

        var folder = await library.FolderAsync(Cancelled);

        folder.ShouldEndWith($"-{PythonImages.Interpreter}");
        (await library.FolderAsync(Cancelled)).ShouldBe(folder);
        Files(folder, "*.pyc").ShouldBe(Files(folder, "*.py"));
    }

    [Fact]
    public async Task Python_TakesWhatIsCompiled_WhenItImportsTheLibrary()
    {
        const string Code = """
            import sys
            sys.path.insert(0, "/p38")
            import importlib.util, p38._run
            source = importlib.util.find_spec("p38._run").loader
            print(source.get_code("p38._run").co_filename, source.path)
            compiled = open(p38._run.__cached__, "rb").read()
            print(compiled[:4] == importlib.util.MAGIC_NUMBER, compiled[4])
            """;
        var folder = await _services.GetRequiredService<AgentLibrary>().FolderAsync(Cancelled);

        var spec = new SandboxSpec
        {
            Program = ForkImage.Program,
            Arguments = [.. ForkImage.Flags, "-v", "-c", Code],
            Mounts = [new SandboxMount(folder, RunImages.Library)],
        };
        await using var process = await _services.GetRequiredService<ISandbox>().StartAsync(spec, Cancelled);
        using var reader = new StreamReader(process.Output);
        var said = await reader.ReadToEndAsync(Cancelled);

        (await process.Completion).ShouldBeOfType<SandboxExit.Exited>(process.Log);
        said.ShouldBe("/p38/p38/_run.py /p38/p38/_run.py\nTrue 1\n"); // 1: never compared with its source
        process.Log.ShouldContain("# code object from '/p38/p38/__pycache__/_run.");
        process.Log.ShouldNotContain("# code object from /p38/p38/_run.py");
    }

    private static List<string> Files(string folder, string pattern) =>
        [
            .. Directory
                .EnumerateFiles(Path.Join(folder, "p38"), pattern, SearchOption.AllDirectories)
                .Select(file => file.Replace("/__pycache__", "", StringComparison.Ordinal).Split('.')[0])
                .Order(StringComparer.Ordinal),
        ];
}
