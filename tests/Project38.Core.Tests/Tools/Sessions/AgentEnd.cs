using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Project38.Core.Tools;
using Project38.Core.Tools.Rates;
using Project38.Core.Tools.Registry;
using Project38.Core.Tools.Sessions;

namespace Project38.Core.Tests.Tools.Sessions;

/// <summary>The agent's end of a real tool session, speaking raw lines as a hostile process could.</summary>
internal sealed class AgentEnd : IAsyncDisposable
{
    private readonly Pipe _out = new();
    private readonly Pipe _in = new(new PipeOptions(pauseWriterThreshold: 64 * 1024 * 1024));
    private readonly StreamReader _answers;
    private readonly CancellationTokenSource _over = new();
    private int _id;

    public AgentEnd(ToolSessionSpec? spec = null, ToolLimits? limits = null, params ToolDefinition[] tools)
        : this(spec, limits, TimeProvider.System, tools) { }

    public AgentEnd(
        ToolSessionSpec? spec,
        ToolLimits? limits,
        TimeProvider time,
        ToolDefinition[] tools,
        RateBook? rates = null
    )
        : this(
            spec ?? ToolSessionSpec.WithoutTools,
            new ToolSessionFactory(
                new ToolRegistry([new Source(tools)]),
                Options.Create(limits ?? new ToolLimits()),
                rates,
                time,
                NullLoggerFactory.Instance
            )
        ) { }

    public AgentEnd(ToolSessionSpec spec, ToolSessionFactory factory)
    {
        _answers = new StreamReader(_in.Reader.AsStream(), Encoding.UTF8);
        Session = factory.Create(spec);
        Ended = RunAsync();
    }

    public ToolSession Session { get; }

    public Task<ToolSessionEnd> Ended { get; }

    public List<ReservedMessage> Messages { get; } = [];

    public static ToolSessionSpec Granting(params string[] tools) =>
        ToolSessionSpec.WithoutTools with
        {
            Identity = new RunIdentity(AgentId: 7, "default", TaskId: 42, RunNumber: 1),
            Grant = new() { Tools = tools },
        };

    public static ToolDefinition Tool(string name, ToolHandler handler, params ToolParameter[] parameters) =>
        new()
        {
            Name = name,
            Description = "For tests.",
            Risks = ToolRisk.None,
            Parameters = parameters,
            Handler = handler,
        };

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) =>
        await _out.Writer.WriteAsync(bytes, TestContext.Current.CancellationToken);

    public Task SendLineAsync(string line) => SendBytesAsync(Encoding.UTF8.GetBytes(line + "\n"));

    public async Task<int> SendRequestAsync(string method, object? parameters = null)
    {
        var id = ++_id;
        await SendLineAsync(
            JsonSerializer.Serialize(
                new
                {
                    jsonrpc = "2.0",
                    id,
                    method,
                    @params = parameters ?? new { },
                }
            )
        );
        return id;
    }

    public async Task<JsonElement> AnswerAsync()
    {
        var line = await _answers.ReadLineAsync(TestContext.Current.CancellationToken);
        return JsonElement.Parse(line.ShouldNotBeNull());
    }

    public async Task<JsonElement> RequestAsync(string method, object? parameters = null)
    {
        _ = await SendRequestAsync(method, parameters);
        return await AnswerAsync();
    }

    public Task<JsonElement> CallAsync(string tool, object? arguments = null) =>
        RequestAsync("tools/call", new { name = tool, arguments = arguments ?? new { } });

    public async Task<ToolSessionEnd> CloseAsync()
    {
        await _out.Writer.CompleteAsync();
        return await Ended;
    }

    public async ValueTask DisposeAsync()
    {
        await _out.Writer.CompleteAsync();
        await _over.CancelAsync();
        await ((Task)Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _answers.Dispose();
        _over.Dispose();
    }

    private async Task<ToolSessionEnd> RunAsync()
    {
        try
        {
            return await Session.RunAsync(
                _out.Reader.AsStream(),
                _in.Writer.AsStream(),
                (message, _) =>
                {
                    Messages.Add(message);
                    return ValueTask.CompletedTask;
                },
                _over.Token
            );
        }
        finally
        {
            // So that whoever still waits for an answer learns that none comes.
            await _in.Writer.CompleteAsync();
        }
    }

    private sealed class Source(ToolDefinition[] tools) : IToolSource
    {
        public IEnumerable<ToolDefinition> Tools => tools;
    }
}
