using System.Globalization;

namespace Project38.Core.Budgets;

/// <summary>An amount of money for people: cents, and as much below them as is needed to see what a call costs.</summary>
public static class Usd
{
    /// <summary>For example <c>0.019 USD</c>.</summary>
    public static string Of(decimal amount) => string.Create(CultureInfo.InvariantCulture, $"{amount:0.00##} USD");
}
