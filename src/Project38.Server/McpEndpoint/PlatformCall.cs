using System.Threading.Channels;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Project38.Contracts;
using Project38.Core.Storage;

namespace Project38.Server.McpEndpoint;

/// <summary>One call of a tool of the platform: who makes it, and how it is told what goes on meanwhile.</summary>
/// <remarks>What is told goes out in its order, and all of it before the answer. A client that gave no token is told nothing.</remarks>
internal sealed class PlatformCall : IAsyncDisposable
{
    /// <summary>A program may print without end; what it printed is in the answer of <c>follow_task</c>.</summary>
    private const int MostTold = 1_000;

    private const int MostCharacters = 500;

    private readonly Channel<string> _told = Channel.CreateBounded<string>(
        new BoundedChannelOptions(MostTold) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private readonly IServiceProvider _services;
    private readonly Task _telling;

    /// <summary>A call that begins.</summary>
    /// <param name="request">What the client sent.</param>
    /// <param name="cancellationToken">Ends the telling.</param>
    public PlatformCall(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        _services = request.Services!;
        Who = request.User!.Identity!.Name!;
        _telling = request.Params.ProgressToken is { } token
            ? TellAllAsync(request.Server, token, cancellationToken)
            : Task.CompletedTask;
    }

    /// <summary>Who asks, as the audit names him.</summary>
    public string Who { get; }

    /// <summary>A service of the server.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Tells how far it is.</summary>
    /// <param name="text">For a person; its beginning, when it is long.</param>
    public void Tell(string text) => _told.Writer.TryWrite(StorableText.Cut(text, MostCharacters));

    /// <summary>Tells of a step of a creation or an edit.</summary>
    public void Tell(ProgressResponse step) => Tell($"{step.Step}: {step.Text}");

    /// <summary>Lets out what is still to be told.</summary>
    public async ValueTask DisposeAsync()
    {
        _told.Writer.TryComplete();
        await _telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task TellAllAsync(McpServer server, ProgressToken token, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var text in _told.Reader.ReadAllAsync(cancellationToken))
        {
            var told = new ProgressNotificationValue { Progress = ++count, Message = text };
            await server.NotifyProgressAsync(token, told, cancellationToken: cancellationToken);
        }
    }
}
