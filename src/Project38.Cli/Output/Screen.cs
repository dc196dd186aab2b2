using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
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
    private const string ErrorPrefix = "p38: ";
    private static readonly string Margin = new(' ', LabelWidth + 1);

    private static readonly JsonSerializerOptions Readable = new(ContractsJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

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

    /// <summary>One step of a longer way, on standard error.</summary>
    /// <param name="label">What was done, in one word.</param>
    /// <param name="text">What came of it.</param>
    /// <param name="seconds">How long it took; null: not worth saying.</param>
    public void Progress(string label, string text, double? seconds = null) =>
        Labelled(_err, label, text, seconds, good: true);

    /// <summary>A part of the result, with its name before it. With JSON asked for, it goes to standard error.</summary>
    /// <param name="label">What it is, in a word or two.</param>
    /// <param name="text">One line or several.</param>
    /// <param name="seconds">How long it took; null: not worth saying.</param>
    /// <param name="good">Whether it is as it should be.</param>
    public void Part(string label, string text, double? seconds = null, bool good = true) =>
        Labelled(Json ? _err : _out, label, text, seconds, good);

    /// <summary>A line of the result.</summary>
    public void Line(string text = "") => _out.MarkupLine(Clean(text));

    /// <summary>A line of the result that stands back.</summary>
    public void Faint(string text) => _out.MarkupLine($"[grey]{Clean(text)}[/]");

    /// <summary>A line of a unified diff.</summary>
    public void DiffLine(string text)
    {
        var color = text switch
        {
            _ when text.StartsWith("---", StringComparison.Ordinal)
                    || text.StartsWith("+++", StringComparison.Ordinal) => "bold",
            ['+', ..] => "green",
            ['-', ..] => "red",
            ['@', ..] => "aqua",
            _ => "default",
        };
        _out.MarkupLine($"[{color}]{Clean(text)}[/]");
    }

    /// <summary>A word about a wait or an oddity, on standard error.</summary>
    public void Note(string text) => _err.MarkupLine($"[grey]{Clean(text)}[/]");

    /// <summary>Text as it is, for example code.</summary>
    public void Raw(string text) => _rawOut.WriteLine(text.TrimEnd('\n'));

    /// <summary>What a program prints, as it comes and wherever it breaks off.</summary>
    public void Print(string text)
    {
        _rawOut.Write(new string([.. text.Where(one => one is '\t' or '\n' || !char.IsControl(one))]));
        _rawOut.Flush();
    }

    /// <summary>One of many results as JSON, in one line.</summary>
    public void JsonLine(JsonObject value)
    {
        _rawOut.WriteLine(value.ToJsonString(Readable));
        _rawOut.Flush();
    }

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

        var width = _err.Profile.Width - ErrorPrefix.Length;
        var lines = message.TrimEnd().ReplaceLineEndings("\n").Split('\n').SelectMany(line => Wrap.At(width, line));
        _err.MarkupLine($"[red]{ErrorPrefix}[/]{string.Join($"\n{Indent}", lines.Select(Clean))}");
        foreach (var line in (problem?.Findings ?? []).SelectMany(finding => Findings.Lines(finding)))
        {
            _err.MarkupLine(Indent + Clean(line));
        }
    }

    /// <summary>Rows in columns; only the last is broken where the terminal is too narrow.</summary>
    public void Table(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().NoBorder().Collapse();
        foreach (var (at, header) in headers.Index())
        {
            var last = at == headers.Count - 1;
            table.AddColumn(
                new TableColumn($"[grey]{Clean(header)}[/]")
                {
                    Padding = new Padding(0, 0, last ? 0 : 2, 0),
                    NoWrap = !last,
                }
            );
        }
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Clean)]);
        }
        _out.Write(table);
    }

    /// <summary>A time as the user's clock shows it.</summary>
    public string Time(DateTimeOffset? time) => time is { } value ? Times.Local(value, _zone) : "-";

    private static void Labelled(IAnsiConsole console, string label, string text, double? seconds, bool good)
    {
        var head = label.Length > LabelWidth ? label + "\n" : label.PadRight(LabelWidth) + " ";
        var took = seconds is { } value ? $" ({Times.Took(value)})" : "";
        var width = console.Profile.Width - LabelWidth - 1;
        var lines = (text.TrimEnd() + took)
            .ReplaceLineEndings("\n")
            .Split('\n')
            .SelectMany(line => Wrap.At(width, line));
        var color = good ? "green" : "red";
        console.MarkupLine(
            $"[{color}]{Markup.Escape(head)}[/]{string.Join("\n", lines.Select((line, at) => (at == 0 && !head.EndsWith('\n') ? "" : Margin) + Clean(line)))}"
        );
    }

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
