using System.Globalization;
using Spectre.Console;

namespace Project38.Cli.Output;

/// <summary>One of the two streams: a terminal with an edge and colours, or a file or pipe without.</summary>
internal sealed class Page
{
    private const int WideEnough = 4096;
    private readonly IAnsiConsole _console;
    private readonly bool _isolates;

    /// <summary>Writes to a stream.</summary>
    /// <param name="writer">The stream.</param>
    /// <param name="redirected">Whether it is no terminal.</param>
    public Page(TextWriter writer, bool redirected)
    {
        Writer = writer;
        var plain = redirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        _console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
                ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
                Interactive = InteractionSupport.No,
            }
        );

        // The kernel's own console draws an isolate as a block.
        _isolates = !redirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb" or "linux");
        Width = Columns() ?? (redirected ? WideEnough : _console.Profile.Width);

        // Lines are broken here, by what readers take for characters.
        _console.Profile.Width = WideEnough;
    }

    /// <summary>For text as it is.</summary>
    public TextWriter Writer { get; }

    /// <summary>Cells of a line: those of the terminal, or <c>COLUMNS</c>. A script reads lines, and has no edge to break them at.</summary>
    public int Width { get; }

    /// <summary>A line in one colour, broken at the edge.</summary>
    public void Line(string text, string color = "default")
    {
        foreach (var part in Wrap.At(Width, text))
        {
            Markup(Colored(color, part));
        }
    }

    /// <summary>A line with its own marks, already broken.</summary>
    public void Markup(string line) => _console.MarkupLine(line);

    /// <summary>Text in a colour, as a part of a line.</summary>
    public string Colored(string color, string text) => color == "default" ? Clean(text) : $"[{color}]{Clean(text)}[/]";

    /// <summary>Text as a part of a line. What an agent says may hold control characters that would drive the terminal.</summary>
    public string Clean(string text)
    {
        var printable = new string([.. text.Where(character => character is '\t' || !char.IsControl(character))]);
        return Spectre.Console.Markup.Escape(
            _isolates ? RightToLeft.Isolated(RightToLeft.WithoutControls(printable)) : printable
        );
    }

    private static int? Columns() =>
        int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), CultureInfo.InvariantCulture, out var columns)
        && columns > 0
            ? columns
            : null;
}
