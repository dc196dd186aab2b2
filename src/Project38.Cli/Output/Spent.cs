using System.Globalization;

namespace Project38.Cli.Output;

/// <summary>What models cost, for people.</summary>
internal static class Spent
{
    /// <summary>For example <c>0.019 USD</c>.</summary>
    public static string Usd(decimal amount) => string.Create(CultureInfo.InvariantCulture, $"{amount:0.00##} USD");

    /// <summary>For example <c>3,500 tokens</c>.</summary>
    public static string Tokens(long tokens) => string.Create(CultureInfo.InvariantCulture, $"{tokens:N0} tokens");
}
