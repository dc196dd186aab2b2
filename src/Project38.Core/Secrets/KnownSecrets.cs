using System.Collections.Concurrent;
using System.Text.Encodings.Web;

namespace Project38.Core.Secrets;

/// <summary>The values that this process has had in its hands, so that no log, error or answer carries one out.</summary>
/// <remarks>
/// The last net, not the first: nothing is meant to write a secret anywhere. A value is found as it is, as JSON writes it and
/// as an address does; one of fewer than eight characters is not looked for, as it would be found everywhere.
/// </remarks>
public sealed class KnownSecrets
{
    private const int Shortest = 8;
    private readonly ConcurrentDictionary<string, string> _nameOf = new(StringComparer.Ordinal);

    /// <summary>From now on a value is not let through.</summary>
    /// <param name="name">What stands in its place.</param>
    /// <param name="value">The value.</param>
    public void Add(string name, string value)
    {
        foreach (var form in Forms(value).Where(form => form.Length >= Shortest))
        {
            _nameOf[form] = name;
        }
    }

    /// <summary>A text with every known value replaced by its name.</summary>
    public string Redact(string text)
    {
        // Longest first: one value may be a part of another.
        foreach (var (form, name) in _nameOf.OrderByDescending(known => known.Key.Length))
        {
            text = text.Replace(form, $"[secret {name}]", StringComparison.Ordinal);
        }

        return text;
    }

    private static IEnumerable<string> Forms(string value) =>
        new[]
        {
            value,
            JavaScriptEncoder.Default.Encode(value),
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value),
            Uri.EscapeDataString(value),
        }.Concat(value.Split('\n', StringSplitOptions.TrimEntries));
}
