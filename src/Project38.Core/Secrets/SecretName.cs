namespace Project38.Core.Secrets;

/// <summary>What a secret may be called: as an environment variable, or with dashes and dots.</summary>
public static class SecretName
{
    /// <summary>In characters.</summary>
    public const int MaxLength = 100;

    /// <summary>What is wrong with a name, and what to write; null when nothing is.</summary>
    public static string? WhyNot(string name) =>
        name.Length is > 0 and <= MaxLength
        && char.IsAsciiLetter(name[0])
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.')
            ? null
            : $"'name' of a secret is a letter, then letters, digits, '_', '-' and '.', at most {MaxLength}: ANTHROPIC_API_KEY.";
}
