using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Project38.Contracts;
using Spectre.Console;

namespace Project38.Cli.Output;

/// <summary>What a verb says: results on standard output, all else on standard error; colour only on a terminal.</summary>
internal sealed class Screen
{
    private const int LabelWidth = 12;
    private const int WideEnough = 4096;
    private const string Indent = "  ";

    private readonly IAnsiConsole _out;
    private readonly IAnsiConsole _err;
    private readonly TextWriter _rawOut;
    private readonly TextWriter _rawErr;
    private readonly TimeZoneInfo _zone = UserZone.Rules(UserZone.Find());

    /// <summary>Writes to two streams.</summary>
    public Screen(TextWriter output, TextWriter error, bool json)
    {
        Json = json;
        _rawOut = output;
        _rawErr = error;
        _out = Open(output, Console.IsOutputRedirected);
        _err = Open(error, Console.IsErrorRedirected);
    }

    /// <summary>Whether standard output carries JSON and nothing else.</summary>
    public bool Json { get; }

    /// <summary>The result of a verb as JSON, in the API's shape.</summary>
    public void Result<T>(T value, JsonTypeInfo<T> type)
    {
        // Readable Hebrew: nothing here is put into a web page.
        var options = new JsonSerializerOptions(type.Options)
        {
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        _rawOut.WriteLine(JsonSerializer.Serialize(value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T))));
    }

    /// <summary>One step of a longer way. With JSON asked for, it goes to standard error.</summary>
    /// <param name="label">What was done, in one word.</param>
    /// <param name="text">What came of it.</param>
    /// <param name="seconds">How long it took; null: not worth saying.</param>
    /// <param name="good">Whether it came out well.</param>
    public void Step(string label, string text, double? seconds = null, bool good = true)
    {
        var console = Json ? _err : _out;
        var took = seconds is { } value ? $" [grey]({Times.Took(value)})[/]" : "";
        var lines = text.ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var color = good ? "green" : "red";
        console.MarkupLine($"[{color}]{Markup.Escape(label.PadRight(LabelWidth))}[/] {Clean(lines[0])}{took}");
        foreach (var line in lines.Skip(1))
        {
            console.MarkupLine($"{new string(' ', LabelWidth)} {Clean(line)}");
        }
    }

    /// <summary>A line of the result.</summary>
    public void Line(string text = "") => _out.MarkupLine(Clean(text));

    /// <summary>A line of the result that stands back.</summary>
    public void Faint(string text) => _out.MarkupLine($"[grey]{Clean(text)}[/]");

    /// <summary>A word about a wait or an oddity, on standard error.</summary>
    public void Note(string text) => _err.MarkupLine($"[grey]{Clean(text)}[/]");

    /// <summary>Text as it is, for example code.</summary>
    public void Raw(string text) => _rawOut.WriteLine(text.TrimEnd('\n'));

    /// <summary>What went wrong. With JSON asked for, as problem details.</summary>
    public void Error(string message, ProblemResponse? problem = null)
    {
        if (Json)
        {
            problem ??= new ProblemResponse
            {
                Type = "urn:p38:cli",
                Title = "Error",
                Status = 0,
                Detail = message,
            };
            _rawErr.WriteLine(JsonSerializer.Serialize(problem, ContractsJson.Default.ProblemResponse));
            return;
        }

        _err.MarkupLine($"[red]p38:[/] {Clean(message)}");
        foreach (var finding in problem?.Findings ?? [])
        {
            _err.MarkupLine(Indent + Clean(Findings.Line(finding)));
        }
    }

    /// <summary>Rows in columns, the last as wide as it needs.</summary>
    public void Table(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().NoBorder().Collapse();
        foreach (var header in headers)
        {
            table.AddColumn(new TableColumn($"[grey]{Clean(header)}[/]") { Padding = new Padding(0, 0, 2, 0) });
        }
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Clean)]);
        }
        _out.Write(table);
    }

    /// <summary>A time as the user's clock shows it.</summary>
    public string Time(DateTimeOffset? time) => time is { } value ? Times.Local(value, _zone) : "-";

    // What an agent says may hold control characters that would drive the terminal.
    private static string Clean(string text) =>
        Markup.Escape(new string([.. text.Where(character => character is '\t' || !char.IsControl(character))]));

    private static IAnsiConsole Open(TextWriter writer, bool redirected)
    {
        var plain = redirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
                ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
                Interactive = InteractionSupport.No,
            }
        );
        if (redirected)
        {
            // A script reads lines; only a terminal has an edge to break them at.
            console.Profile.Width = WideEnough;
        }
        return console;
    }
}
