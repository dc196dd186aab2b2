using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace Project38.Client.Http;

/// <summary>Lists that come in parts.</summary>
internal static class Pages
{
    private const int Part = 100;

    /// <summary>The things of a list, one after another; each part is fetched when it is needed.</summary>
    /// <param name="transport">The server.</param>
    /// <param name="path">Of the list.</param>
    /// <param name="query">Which of them; where a part begins and ends is added.</param>
    /// <param name="most">How many at most; null: all.</param>
    /// <param name="type">Of a part.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async IAsyncEnumerable<T> PagesAsync<T>(
        this Transport transport,
        string path,
        IReadOnlyList<(string Name, object? Value)> query,
        int? most,
        JsonTypeInfo<IReadOnlyList<T>> type,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var offset = 0; offset < (most ?? int.MaxValue); )
        {
            var size = Math.Min(Part, (most ?? int.MaxValue) - offset);
            var range = Query.Of([.. query, ("limit", size), ("offset", offset)]);
            var part = await transport.JsonAsync(ApiRequest.Get(path + range), type, cancellationToken);
            foreach (var one in part)
            {
                yield return one;
            }
            if (part.Count < size)
            {
                yield break;
            }
            offset += size;
        }
    }
}
