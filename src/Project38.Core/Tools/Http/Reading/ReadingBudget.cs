namespace Project38.Core.Tools.Http.Reading;

/// <summary>How much work one page may be. Pages are written by anybody, also to keep whoever reads them busy.</summary>
/// <remarks>
/// Measured: 100,000 nested tags keep the parser busy for more than 20 s, half a megabyte of misnested ones for 35 s. An
/// honest page of a megabyte takes a tenth of a second.
/// </remarks>
internal sealed class ReadingBudget(TimeProvider time)
{
    /// <summary>Characters of a page or a feed.</summary>
    public const int MostCharacters = 4 * 1024 * 1024;

    /// <summary>Levels of a page; what is deeper stands beside the deepest.</summary>
    public const int MostLevels = 256;

    /// <summary>Attributes of a tag; what is more is left out.</summary>
    public const int MostAttributes = 256;

    private const int MostElements = 100_000;

    // Looking at the clock costs more than a step does.
    private const int StepsBetweenLooks = 64;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    private readonly long _started = time.GetTimestamp();
    private int _elements;
    private int _steps;

    /// <summary>One more element.</summary>
    /// <exception cref="ToolException">It is one too many.</exception>
    public void TakeElement()
    {
        if (++_elements > MostElements)
        {
            throw new ToolException($"The page has more than {MostElements:N0} elements, and is not read.");
        }
    }

    /// <summary>One more step of work, whatever it is.</summary>
    /// <exception cref="ToolException">It took too long.</exception>
    public void Step()
    {
        if (++_steps % StepsBetweenLooks == 0 && time.GetElapsedTime(_started) > s_longest)
        {
            throw new ToolException(
                $"The page takes more than {s_longest.TotalSeconds:0} seconds to be read: its tags are nested as no page's should be."
            );
        }
    }
}
