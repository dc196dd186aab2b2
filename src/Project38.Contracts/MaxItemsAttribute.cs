using System.Collections;
using System.ComponentModel.DataAnnotations;

namespace Project38.Contracts;

/// <summary>A list of at most so many items.</summary>
/// <remarks>Not <see cref="MaxLengthAttribute"/>, which finds the length by reflection and so not in a native program.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MaxItemsAttribute(int maximum) : ValidationAttribute
{
    /// <summary>At most this many.</summary>
    public int Maximum { get; } = maximum;

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is ICollection items && items.Count > Maximum
            ? new ValidationResult(
                $"has {items.Count:N0} items; give at most {Maximum:N0}",
                [validationContext.MemberName!]
            )
            : ValidationResult.Success;
}
