using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Project38.Core.Storage;
using Project38.Core.Tests.Tools.Sessions;
using Project38.Core.Tools;
using Project38.Core.Tools.Browser;
using Project38.Core.Tools.Filesystem;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Registry;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;
using Project38.Sandbox.Staging;

namespace Project38.Core.Tests.Tools.Browser;

/// <summary>A node with real browsers, a site that they may reach, and a place that they may not.</summary>
/// <remarks>Of the way to the web only names are a stand-in: <c>shop.test</c> is the site, and what a test adds.</remarks>
public sealed class BrowserFixture : IAsyncLifetime
{
    /// <summary>Browsers of several classes at one time would only slow each other down.</summary>
    public const string OneAfterAnother = "Browsers";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("p38-browser-tests-");
    private readonly ConcurrentDictionary<string, Queue<IPAddress[]>> _names = new();
    private readonly EgressOptions _egress = new();
    private BubblewrapSandbox? _sandbox;
    private Workspaces? _workspaces;
    private Browsers? _browsers;
    private AgentEnd? _agent;

    internal BrowserOptions Options { get; } = Patient(new());

    /// <summary>The same for a machine that is busy with other tests.</summary>
    internal static BrowserOptions Patient(BrowserOptions options)
    {
        options.StartTimeout = TimeSpan.FromMinutes(5);
        return options;
    }

    internal BrowserSite Site { get; private set; } = null!;

    internal PrivateTrap Trap { get; } = new();

    /// <summary>The addresses that were dialled.</summary>
    internal ConcurrentQueue<string> Dialled { get; } = new();

    internal string Home => $"http://shop.test:{Site.Port}";

    /// <summary>The session that most tests share, with the one browser in it.</summary>
    internal AgentEnd Agent => Shared([]);

    internal Workspace Workspace => _workspaces!.Of(7);

    public async ValueTask InitializeAsync()
    {
        Site = await BrowserSite.StartAsync();
        _sandbox = new BubblewrapSandbox(
            Microsoft.Extensions.Options.Options.Create(new SandboxOptions()),
            TimeProvider.System
        );
        _workspaces = new Workspaces(
            new HomeFolder(
                Microsoft.Extensions.Options.Options.Create(new StorageOptions { Home = _home.FullName }),
                NullLogger<HomeFolder>.Instance
            ),
            Microsoft.Extensions.Options.Options.Create(new FilesystemOptions())
        );
        _browsers = NewBrowsers(Options);
        Name("shop.test", "127.0.0.1");
        Allow($"shop.test:{Site.Port}");
    }

    /// <summary>The session that the tests of a class share.</summary>
    internal AgentEnd Shared(string[] moreHosts) => _agent ??= NewAgent(moreHosts: moreHosts);

    /// <summary>Lets a host be reached although its address is this machine's.</summary>
    internal void Allow(string host) => _egress.AllowedPrivateHosts.Add(host);

    /// <summary>What a name leads to, look-up by look-up; the last answer stays.</summary>
    internal void Name(string name, params string[] addresses) =>
        _names[name] = new Queue<IPAddress[]>(addresses.Select(address => new[] { IPAddress.Parse(address) }));

    internal Browsers NewBrowsers(BrowserOptions options, ISandbox? sandbox = null) =>
        new(
            sandbox ?? _sandbox!,
            new StagingArea(Microsoft.Extensions.Options.Options.Create(new SandboxOptions())),
            new EgressPolicy(Microsoft.Extensions.Options.Options.Create(_egress), Resolve) { Dial = DialAsync },
            Microsoft.Extensions.Options.Options.Create(options),
            TimeProvider.System,
            NullLogger<Browsers>.Instance
        );

    /// <summary>Another run, with a browser of its own.</summary>
    internal AgentEnd NewAgent(
        Browsers? browsers = null,
        BrowserOptions? options = null,
        Func<ToolSessionSpec, ToolSessionSpec>? change = null,
        params string[] moreHosts
    )
    {
        var tools = Tools(browsers ?? _browsers!, options ?? Options);
        var granted = AgentEnd.Granting([.. tools.Select(tool => tool.Name)]);
        granted = granted with { Grant = granted.Grant with { Hosts = [$"shop.test:{Site.Port}", .. moreHosts] } };
        return new AgentEnd(change?.Invoke(granted) ?? granted, limits: null, tools);
    }

    internal ToolDefinition[] Tools(Browsers browsers, BrowserOptions options)
    {
        var calls = new BrowserCalls(
            browsers,
            Microsoft.Extensions.Options.Options.Create(options),
            TimeProvider.System,
            NullLogger<RunBrowser>.Instance
        );
        IToolSource[] sources = [new ActingTools(calls), new SeeingTools(calls), new KeepingTools(calls, _workspaces!)];
        return [.. sources.SelectMany(source => source.Tools)];
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
        {
            await _agent.DisposeAsync();
        }

        await Site.DisposeAsync();
        _browsers?.Dispose();
        Trap.Dispose();
        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }

        _home.Delete(recursive: true);
    }

    private Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken)
    {
        if (!_names.TryGetValue(host, out var answers))
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        lock (answers)
        {
            return Task.FromResult(answers.Count > 1 ? answers.Dequeue() : answers.Peek());
        }
    }

    // Who dials a public address reaches the site.
    private async ValueTask<Stream> DialAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        Dialled.Enqueue($"{addresses[0]}:{port}");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(
            IPAddress.IsLoopback(addresses[0])
                ? new IPEndPoint(addresses[0], port)
                : new IPEndPoint(IPAddress.Loopback, Site.Port),
            cancellationToken
        );
        return new NetworkStream(socket, ownsSocket: true);
    }
}

internal static class BrowserAnswers
{
    /// <summary>The value of a call that has to work.</summary>
    public static async Task<JsonElement> DoAsync(this AgentEnd agent, string tool, object? arguments = null)
    {
        var result = (await agent.CallAsync($"browser.{tool}", arguments)).GetProperty("result");
        result.TryGetProperty("isError", out var isError);
        if (isError.ValueKind == JsonValueKind.True)
        {
            throw new ToolException(result.GetProperty("content")[0].GetProperty("text").GetString()!);
        }

        return result.GetProperty("structuredContent").GetProperty("value");
    }

    /// <summary>The message of a call that has to be refused or to fail.</summary>
    public static async Task<string> FailAsync(this AgentEnd agent, string tool, object? arguments = null) =>
        (await Should.ThrowAsync<ToolException>(() => agent.DoAsync(tool, arguments))).Message;

    /// <summary>A call that may work or not.</summary>
    public static async Task FailOrDoAsync(this AgentEnd agent, string tool, object? arguments = null) =>
        _ = await agent.CallAsync($"browser.{tool}", arguments);
}
