using System.Text.Json;
using CsCheck;
using Project38.Sandbox.Gvisor;

namespace Project38.Sandbox.Tests.Gvisor;

/// <summary>The container that a spec becomes, as <c>runsc</c> reads it.</summary>
public sealed class OciSpecTests
{
    private static readonly string[] Sets = ["bounding", "effective", "inheritable", "permitted", "ambient"];

    private static readonly Gen<SandboxSpec> Specs = Gen.Select(
        Gen.String[Gen.Char.AlphaNumeric, 1, 8].Select(name => "/" + name).Array[0, 4],
        Gen.String.Array[0, 4],
        Gen.Dictionary(Gen.String[Gen.Char['A', 'Z'], 1, 5], Gen.String)[0, 4],
        Gen.Select(Gen.Int[1, 10_000], Gen.Long[4096, 1L << 40]),
        (paths, arguments, environment, limits) =>
            new SandboxSpec
            {
                Program = "/bin/true",
                Arguments = arguments,
                Environment = environment,
                Mounts = [.. paths.Select(path => new SandboxMount(path, "/mounts" + path))],
                Files = [.. paths.Select(path => new SandboxFile("/files" + path, default))],
                Limits = new SandboxLimits { Processes = limits.Item1, ScratchBytes = limits.Item2 },
            }
    );

    [Fact]
    public void From_GivesTheWholeContainer_ForASpec()
    {
        var spec = new SandboxSpec
        {
            Program = "/bin/echo",
            Arguments = ["a b", "\"ש\""],
            Environment = new Dictionary<string, string> { ["PATH"] = "/bin", ["LANG"] = "C.UTF-8" },
            Mounts = [new SandboxMount("/srv/library", "/p38/")],
            Files = [new SandboxFile("/app/agent.py", default)],
            Limits = new SandboxLimits { Processes = 7, ScratchBytes = 1024 * 1024 },
        };

        var config = Write(spec);

        config
            .GetRawText()
            .ShouldBe(
                """
                {"process":{"user":{"uid":1000,"gid":1000},"args":["/bin/echo","a b","\u0022\u05E9\u0022"],
                "env":["PATH=/bin","LANG=C.UTF-8"],"cwd":"/work",
                "capabilities":{"bounding":[],"effective":[],"inheritable":[],"permitted":[],"ambient":[]},
                "rlimits":[{"type":"RLIMIT_NPROC","soft":7,"hard":7},{"type":"RLIMIT_NOFILE","soft":256,"hard":256},
                {"type":"RLIMIT_FSIZE","soft":1048576,"hard":1048576},{"type":"RLIMIT_MEMLOCK","soft":0,"hard":0},
                {"type":"RLIMIT_CORE","soft":0,"hard":0}],"noNewPrivileges":true},
                "root":{"path":"rootfs","readonly":true},"mounts":[
                {"destination":"/usr","type":"bind","source":"/usr","options":["rbind","ro","nosuid","nodev"]},
                {"destination":"/etc/ld.so.cache","type":"bind","source":"/etc/ld.so.cache","options":["rbind","ro","nosuid","nodev"]},
                {"destination":"/proc","type":"proc","source":"proc","options":["ro","nosuid","noexec","nodev"]},
                {"destination":"/dev/shm","type":"tmpfs","source":"tmpfs","options":["size=1048576","mode=0755","uid=1000","gid=1000","nosuid","nodev"]},
                {"destination":"/tmp","type":"tmpfs","source":"tmpfs","options":["size=1048576","mode=0755","uid=1000","gid=1000","nosuid","nodev"]},
                {"destination":"/work","type":"tmpfs","source":"tmpfs","options":["size=1048576","mode=0755","uid=1000","gid=1000","nosuid","nodev"]},
                {"destination":"/p38","type":"bind","source":"/srv/library","options":["rbind","ro","nosuid","nodev"]},
                {"destination":"/app/agent.py","type":"bind","source":"/bundle/0","options":["rbind","ro","nosuid","nodev"]}],
                "linux":{"namespaces":[{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"}]},
                "ociVersion":"1.0.2","hostname":"sandbox"}
                """.ReplaceLineEndings("")
            );
    }

    [Fact]
    public void From_GivesNoRightNoNetworkAndNothingToWriteButItsOwn_ForAnySpec() =>
        Specs.Sample(spec =>
        {
            var config = Write(spec);

            var process = config.GetProperty("process");
            var capabilities = process.GetProperty("capabilities");
            Sets.ShouldAllBe(set => capabilities.GetProperty(set).GetArrayLength() == 0);
            process.GetProperty("noNewPrivileges").GetBoolean().ShouldBeTrue();
            process.GetProperty("user").GetRawText().ShouldBe("""{"uid":1000,"gid":1000}""");
            config.GetProperty("root").GetProperty("readonly").GetBoolean().ShouldBeTrue();

            // A new network namespace has a loopback alone; one with a path would be somebody's.
            config
                .GetProperty("linux")
                .GetProperty("namespaces")
                .EnumerateArray()
                .Select(entry => entry.GetRawText())
                .ShouldContain("""{"type":"network"}""");

            var mounts = config.GetProperty("mounts").EnumerateArray().ToList();
            mounts
                .Count(mount => Text(mount, "type") == "bind")
                .ShouldBeGreaterThanOrEqualTo(1 + (2 * spec.Mounts.Count));
            foreach (var mount in mounts)
            {
                var options = mount
                    .GetProperty("options")
                    .EnumerateArray()
                    .Select(option => option.GetString())
                    .ToList();
                var isScratch =
                    Text(mount, "type") == "tmpfs"
                    && options.Any(option => option!.StartsWith("size=", StringComparison.Ordinal));
                (isScratch || options.Contains("ro")).ShouldBeTrue(mount.GetRawText());
            }
        });

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static JsonElement Write(SandboxSpec spec)
    {
        var files = spec.Files.Select((_, index) => $"/bundle/{index}").ToList();
        var config = OciSpec.From(spec, files);
        return JsonDocument.Parse(JsonSerializer.Serialize(config, OciJson.Default.OciConfig)).RootElement;
    }
}
