using Microsoft.Extensions.Options;
using Project38.Core.Execution;
using Project38.Core.Execution.Pythons;
using Project38.Core.Storage;
using Project38.Sandbox;
using Project38.Sandbox.Staging;
using Project38.Testing;

namespace Project38.Core.Tests.Execution.Pythons;

public sealed class PythonImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StagingArea _staging;

    public PythonImagesTests() => _staging = new StagingArea(Options.Create(new SandboxOptions()));

    private string Home => Path.Join(_folder.Path, "home");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Mounts_ShowTheSameCopy_HoweverOftenItIsAsked()
    {
        await AddAsync("data");
        var images = Images();

        var first = images.Mounts("data").ShouldHaveSingleItem();
        var second = images.Mounts("data").ShouldHaveSingleItem();

        first.ShouldBe(second);
        first.InnerPath.ShouldBe("/python");
        File.ReadAllText(Path.Join(first.HostPath, "numbers_of_ours.py")).ShouldBe("ONE = 1\n");
        images.Mounts(null).ShouldBeEmpty();
    }

    [Fact]
    public async Task Program_FindsPackagesCompiled_AsTheRunSeesThem()
    {
        await AddAsync("data");
        await using var sandbox = new BubblewrapSandbox(Options.Create(new SandboxOptions()), TimeProvider.System);
        const string Code = """
            import sys
            sys.path.append("/python")
            import importlib.util, marshal, numbers_of_ours
            with open(numbers_of_ours.__cached__, "rb") as file:
                head, code = file.read(16), marshal.loads(file.read())
            print(head[:4] == importlib.util.MAGIC_NUMBER, head[4], code.co_filename)
            """;

        await using var process = await sandbox.StartAsync(
            new SandboxSpec
            {
                Program = ForkImage.Program,
                Arguments = [.. ForkImage.Flags, "-c", Code],
                Mounts = Images().Mounts("data"),
            },
            TestContext.Current.CancellationToken
        );

        using var output = new StreamReader(process.Output);
        var said = await output.ReadToEndAsync(TestContext.Current.CancellationToken);
        // 1: by its hash, which nobody compares (PEP 552).
        said.ShouldBe("True 1 /python/numbers_of_ours.py\n", process.Log);
    }

    [Fact]
    public async Task Mounts_Refuse_WhenTheFolderWasChanged()
    {
        await AddAsync("data");
        var site = PythonImages.PackagesOf(Path.Join(Home, "pythons", "data"));
        await File.WriteAllTextAsync(Path.Join(site, "more.py"), "", TestContext.Current.CancellationToken);

        var refused = Should.Throw<PythonImageException>(() => Images().Mounts("data"));

        refused.Message.ShouldStartWith("The Python image 'data' is not as it was made");
        refused.Message.ShouldContain("p38 python add data2 numbers_of_ours");
    }

    [Fact]
    public async Task Mounts_Refuse_WhenItWasMadeForAnotherPython()
    {
        var image = await AddAsync("data");
        PythonImages.Write(Path.Join(Home, "pythons", "data"), image with { Interpreter = "python3.9" });

        Should
            .Throw<PythonImageException>(() => Images().Mounts("data"))
            .Message.ShouldContain("was made for python3.9, and this machine has python3.");
    }

    [Fact]
    public void Mounts_Refuse_WhenThereIsNone() =>
        Should
            .Throw<PythonImageException>(() => Images().Mounts("data"))
            .Message.ShouldBe(
                "There is no Python image 'data' here. There is none yet; 'p38 python add data PACKAGE…' makes it."
            );

    [Theory]
    [InlineData("..")]
    [InlineData(".data")]
    [InlineData("")]
    [InlineData("Data")]
    public async Task Find_FindsNothing_WhenItIsNoName(string name)
    {
        await AddAsync("data");

        Images().Find(name).ShouldBeNull();
    }

    [Fact]
    public async Task Add_ThrowsAwayWhatAKilledServerLeft()
    {
        var left = Path.Join(Home, "pythons", ".data", "lib");
        Directory.CreateDirectory(left);

        await AddAsync("data");

        Directory.EnumerateFileSystemEntries(Path.Join(Home, "pythons")).Select(Path.GetFileName).ShouldBe(["data"]);
    }

    private PythonImages Images() => new(Options.Create(new StorageOptions { Home = Home }), _staging);

    private async Task<PythonImage> AddAsync(string name)
    {
        var wheels = Wheel.Write(Path.Join(_folder.Path, "wheels"), "numbers_of_ours", "ONE = 1\n");
        using var installer = new PythonInstaller(
            Images(),
            _staging,
            Options.Create(new RuntimeOptions()),
            TimeProvider.System
        );
        var image = await installer.AddAsync(name, ["numbers_of_ours"], wheels, TestContext.Current.CancellationToken);
        return image.ShouldNotBeNull();
    }
}
