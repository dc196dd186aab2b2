using System.Collections.Concurrent;

namespace Project38.Core.Tools.Sessions;

/// <summary>What tools keep for the length of one session, each by its type; gone with it, however it ends.</summary>
internal sealed class SessionParts : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Type, Lazy<IAsyncDisposable>> _parts = new();

    /// <summary>The one of a type, made when it is first asked for.</summary>
    public T Of<T>(Func<T> make)
        where T : class, IAsyncDisposable =>
        (T)_parts.GetOrAdd(typeof(T), _ => new Lazy<IAsyncDisposable>(() => make())).Value;

    /// <inheritdoc/>
    /// <remarks>No call may be at work any more.</remarks>
    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts.Values)
        {
            await part.Value.DisposeAsync();
        }
    }
}
