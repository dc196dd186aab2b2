using System.Globalization;

namespace Project38.Client.Http;

/// <summary>Parameters behind an address.</summary>
internal static class Query
{
    /// <summary>For example <c>?status=active&amp;limit=100</c>; a parameter that is null is left out.</summary>
    public static string Of(params IEnumerable<(string Name, object? Value)> parameters)
    {
        var chosen = parameters
            .Where(one => one.Value is not null)
            .Select(one => $"{one.Name}={Uri.EscapeDataString(Text(one.Value!))}")
            .ToList();
        return chosen.Count == 0 ? "" : $"?{string.Join('&', chosen)}";
    }

    private static string Text(object value) =>
        value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
