using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Project38.Bench.Sandbox;
using Project38.Sandbox;

namespace Project38.Bench.Tools;

/// <summary>
/// One tool call from an agent's code and back, with all checks, beside an echo of as many bytes over the same kind of pipes; and a
/// page by the tool <c>http</c> beside <see cref="HttpClient"/>.
/// </summary>
internal static class ToolsBenchmark
{
    private const int Rounds = 7;
    private const int Warm = 300;
    private const int Calls = 1000;
    private const double EchoGoal = 6;
    private const double HttpGoal = 1.5;

    private static readonly string Text = new('x', 100);

    // Warm first: the platform's code has been run before, as it has on a node.
    private static readonly string Agent = $$"""
        import os
        import time

        from p38._calls import call


        def count(function, sizes):
            def counted(file, what):
                result = function(file, what)
                sizes.append(result if isinstance(result, int) else len(result))
                return result
            return counted


        class Agent:
            def __init__(self, config):
                self.tool, self.arguments = config["tool"], config["arguments"]

            async def execute(self):
                for _ in range({{Warm}}):
                    await call(self.tool, **self.arguments)
                plain, sent, received = (os.write, os.read), [], []
                os.write, os.read = count(os.write, sent), count(os.read, received)
                await call(self.tool, **self.arguments)
                os.write, os.read = plain
                started = time.perf_counter()
                for _ in range({{Calls}}):
                    await call(self.tool, **self.arguments)
                took = (time.perf_counter() - started) / {{Calls}} * 1000
                return {"status": "success", "result": [took, sum(sent), sum(received)]}
        """;

    private static string Echo(int bytes) =>
        $$"""
            import os, time
            request = b"x" * {{bytes - 1}} + b"\n"
            def call():
                os.write(1, request)
                answer = os.read(0, 65536)
                while answer[-1:] != b"\n":
                    answer += os.read(0, 65536)
            for _ in range({{Warm}}):
                call()
            started = time.perf_counter()
            for _ in range({{Calls}}):
                call()
            took = (time.perf_counter() - started) / {{Calls}} * 1000
            os.write(1, b"took " + str(took).encode() + b"\n")
            """;

    /// <summary>Measures each in turn.</summary>
    public static async Task RunAsync(string root)
    {
        await using var web = await StartWebAsync();
        var address = new Uri(web.Urls.Single());
        // The measure is of a call, not of how many an agent may make.
        await using var platform = ToolPlatform.Start(
            root,
            limits => (limits.CallsPerSecond, limits.CallBurst, limits.CallsPerRun) = (10_000, 10_000, 1_000_000),
            address.Authority
        );
        var (calls, echoes) = (new List<double>(), new List<double>());
        var (pages, plain) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var call = await CallAsync(platform, ToolPlatform.Echo, new() { ["text"] = Text });
            var echo = await EchoAsync(platform.Sandbox, call.Sent, call.Received);
            var get = new JsonObject { ["method"] = "GET", ["url"] = address.AbsoluteUri };
            var page = await CallAsync(platform, "http.request", get);
            var bare = await PlainAsync(address);
            if (round > 0)
            {
                calls.Add(call.Time);
                echoes.Add(echo);
                pages.Add(page.Time);
                plain.Add(bare);
            }
        }

        SideBySide.SayTime("tools", EchoGoal, ("a call of a tool that does nothing", calls), ("a bare echo", echoes));
        SideBySide.SayTime("tools-http", HttpGoal, ("a page by the tool http", pages), ("by HttpClient", plain));
    }

    private static async Task<(double Time, int Sent, int Received)> CallAsync(
        ToolPlatform platform,
        string tool,
        JsonObject arguments
    )
    {
        var said = await platform.RunAsync(Agent, new JsonObject { ["tool"] = tool, ["arguments"] = arguments }, tool);
        return (said[0].GetDouble(), said[1].GetInt32(), said[2].GetInt32());
    }

    private static async Task<WebApplication> StartWebAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        _ = builder.Logging.ClearProviders();
        _ = builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var page = new string('p', 10_000);
        app.Run(context => context.Response.WriteAsync(page));
        await app.StartAsync();
        return app;
    }

    private static async Task<double> EchoAsync(ISandbox sandbox, int asked, int answered)
    {
        var spec = Programs.Spec(Echo(asked), new ForkImage { Imports = Programs.Imports }) with
        {
            Limits = new SandboxLimits { CpuPercent = 100 },
        };
        await using var process = await sandbox.StartAsync(spec, CancellationToken.None);
        var answer = new byte[answered];
        Array.Fill(answer, (byte)'x');
        answer[^1] = (byte)'\n';
        var line = new byte[asked];
        for (var i = 0; i < Warm + Calls; i++)
        {
            await process.Output.ReadExactlyAsync(line);
            await process.Input.WriteAsync(answer);
            await process.Input.FlushAsync();
        }

        using var rest = new StreamReader(process.Output);
        var said = await rest.ReadToEndAsync();
        return said.Split(' ') is ["took", var took]
            ? double.Parse(took, System.Globalization.CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{await process.Completion} {said} {process.Log}");
    }

    private static async Task<double> PlainAsync(Uri address)
    {
        using var client = new HttpClient();
        for (var i = 0; i < Warm; i++)
        {
            _ = await client.GetByteArrayAsync(address);
        }

        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Calls; i++)
        {
            _ = await client.GetByteArrayAsync(address);
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / Calls;
    }
}
