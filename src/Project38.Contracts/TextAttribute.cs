using System.ComponentModel.DataAnnotations;

namespace Project38.Contracts;

/// <summary>A text with a length counted in characters a person sees as one unit of Unicode, ends trimmed.</summary>
/// <remarks>
/// Not <see cref="StringLengthAttribute"/> as it is, which counts an emoji twice. NUL is refused everywhere: neither a
/// program nor PostgreSQL can hold one.
/// </remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextAttribute(int maximum) : StringLengthAttribute(maximum)
{
    /// <summary>The most characters of a brief, of a wish, and of what an agent's description says.</summary>
    internal const int MaxDescription = 2000;

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string text && Complaint(text) is { } complaint
            ? new ValidationResult(complaint, [validationContext.MemberName!])
            : ValidationResult.Success;

    private string? Complaint(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "must not contain the character NUL";
        }

        // A program may have megabytes: it is counted only where counting could change the answer.
        if (text.Length <= MaximumLength && MinimumLength == 0)
        {
            return null;
        }

        var length = text.Trim().EnumerateRunes().Count();
        if (length == 0 && MinimumLength > 0)
        {
            return $"is empty; write at least {MinimumLength:N0} characters";
        }
        if (length < MinimumLength)
        {
            return $"has {length:N0} characters; write at least {MinimumLength:N0}";
        }

        return length > MaximumLength ? $"has {length:N0} characters; write at most {MaximumLength:N0}" : null;
    }
}
