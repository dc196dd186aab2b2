namespace Project38.Core.Factory.Generation.Blueprints.Asides;

/// <summary>On which side of a number something is.</summary>
internal enum Side
{
    /// <summary>No side is named.</summary>
    Either,

    /// <summary>Below it.</summary>
    Low,

    /// <summary>Above it.</summary>
    High,
}

/// <summary>What must have been in between for something to be told again.</summary>
/// <param name="Side">On which side of the number it must have been.</param>
/// <param name="Number">The number; null: none is named.</param>
/// <param name="Reached">Whether the number itself is far enough.</param>
/// <param name="Text">What a text must have been; null: none is named.</param>
/// <param name="Gone">Whether what was seen must have gone, or must have come; null: unsaid.</param>
/// <param name="Stays">Whether it says instead how long nothing is repeated: while it is still there.</param>
/// <param name="Next">The number at which it is to be told then, where it is said once more; null: it is not.</param>
internal sealed record Repeat(
    Side Side,
    decimal? Number,
    bool Reached,
    string? Text,
    bool? Gone,
    bool Stays,
    decimal? Next
);
