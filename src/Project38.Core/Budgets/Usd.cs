using System.Globalization;

namespace Project38.Core.Budgets;

/// <summary>Amounts of money.</summary>
public static class Usd
{
    private const decimal Micro = 1_000_000m;

    /// <summary>For people: cents, and as much below them as is needed to see what a call costs. For example <c>0.019 USD</c>.</summary>
    public static string Of(decimal amount) => string.Create(CultureInfo.InvariantCulture, $"{amount:0.00##} USD");

    /// <summary>In USD, from millionths.</summary>
    public static decimal OfMicro(long micro) => micro / Micro;

    /// <summary>In millionths, rounded up: what is kept is never less than what was spent.</summary>
    public static long ToMicro(decimal amount) => (long)Math.Ceiling(amount * Micro);
}
