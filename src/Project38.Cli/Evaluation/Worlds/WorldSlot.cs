namespace Project38.Cli.Evaluation.Worlds;

/// <summary>A place for one world after the other, on a port that stays: the server is told it when it starts.</summary>
internal sealed class WorldSlot : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private World? _world;

    /// <summary>Listens at once, and answers 404 while it is empty.</summary>
    public WorldSlot() =>
        _server = new LoopbackServer(
            (request, cancellationToken) =>
                _world is { } world
                    ? world.AnswerAsync(request, cancellationToken)
                    : Task.FromResult<LoopbackReply?>(new LoopbackReply(404, [], []))
        );

    /// <summary>Address and port.</summary>
    public string Host => _server.Host;

    /// <summary>A world at this place, instead of the one before.</summary>
    public World Put(Corpus.Brief brief) => _world = new World(brief, _server.Url);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
