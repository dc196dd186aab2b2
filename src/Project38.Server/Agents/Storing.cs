using System.Globalization;
using Project38.Core.Budgets;
using Project38.Core.Factory;
using Project38.Server.Http;

namespace Project38.Server.Agents;

/// <summary>The end of a making: it is stored or not, and never in between; and what is refused says what it cost.</summary>
internal sealed class Storing(TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Stores what was made, or refuses it.</summary>
    /// <param name="making">What it took.</param>
    /// <param name="store">Stores it, or throws a <see cref="ProblemException"/>.</param>
    /// <param name="cancellationToken">Heard before, and not while it stores: who cancels is told which.</param>
    /// <exception cref="ProblemException">It was refused.</exception>
    public async Task<T> StoreAsync<T>(
        Making making,
        Func<CancellationToken, Task<T>> store,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var patience = new CancellationTokenSource(s_patience, time);
        try
        {
            return await store(patience.Token);
        }
        catch (ProblemException refused) when (making.Usage.Total > 0)
        {
            var tokens = making.Usage.Total.ToString("N0", CultureInfo.InvariantCulture);
            throw new ProblemException(
                refused.Problem with
                {
                    Detail = $"{refused.Problem.Detail} The models cost {Usd.Of(making.Cost)} ({tokens} tokens).",
                    GenerationCost = making.Cost,
                    Iterations = making.Iterations,
                    TokensUsed = making.Usage.Total,
                }
            );
        }
    }
}
