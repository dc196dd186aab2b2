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
    private const string Indent = "  ";
    private const string ErrorPrefix = "p38: ";
    private static readonly string Margin = new(' ', LabelWidth + 1);

    private static readonly JsonSerializerOptions Readable = new(ContractsJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Page _out;
    private readonly Page _err;
    private readonly TimeZoneInfo _zone = UserZone.Rules(UserZone.Find());

    /// <summary>Writes to two streams.</summary>
    /// <param name="output">For the result.</param>
    /// <param name="error">For all else.</param>
    /// <param name="json">Whether the result is JSON.</param>
    /// <param name="quiet">Whether only results and errors are said.</param>
    public Screen(TextWriter output, TextWriter error, bool json, bool quiet = false)
    {
        Json = json;
        Quiet = quiet;
        _out = new Page(output, Console.IsOutputRedirected);
        _err = new Page(error, Console.IsErrorRedirected);
    }

    /// <summary>Whether standard output carries JSON and nothing else.</summary>
    public bool Json { get; }

    /// <summary>Whether only results and errors are said.</summary>
    public bool Quiet { get; }

    /// <summary>The result of a verb as JSON, in the API's shape.</summary>
    public void Result<T>(T value, JsonTypeInfo<T> type)
    {
        // Readable Hebrew: nothing here is put into a web page.
        var options = new JsonSerializerOptions(type.Options)
        {
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        _out.Writer.WriteLine(JsonSerializer.Serialize(value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T))));
    }

    /// <summary>One step of a longer way, on standard error.</summary>
    /// <param name="label">What was done, in one word.</param>
    /// <param name="text">What came of it.</param>
    /// <param name="seconds">How long it took; null: not worth saying.</param>
    public void Progress(string label, string text, double? seconds = null)
    {
        if (!Quiet)
        {
            Labelled(_err, label, text, seconds, good: true);
        }
    }

    /// <summary>A part of the result, with its name before it. With JSON asked for, it goes to standard error.</summary>
    /// <param name="label">What it is, in a word or two.</param>
    /// <param name="text">One line or several.</param>
    /// <param name="seconds">How long it took; null: not worth saying.</param>
    /// <param name="good">Whether it is as it should be.</param>
    public void Part(string label, string text, double? seconds = null, bool good = true) =>
        Labelled(Json ? _err : _out, label, text, seconds, good);

    /// <summary>A line of the result.</summary>
    public void Line(string text = "") => _out.Line(text);

    /// <summary>A line of the result that stands back.</summary>
    public void Faint(string text) => _out.Line(text, "grey");

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
        _out.Line(text, color);
    }

    /// <summary>A word about a wait or an oddity, on standard error.</summary>
    public void Note(string text)
    {
        if (!Quiet)
        {
            _err.Line(text, "grey");
        }
    }

    /// <summary>What came of a verb that its user stopped, on standard error.</summary>
    public void Stopped(string text) => _err.Line(text, "grey");

    /// <summary>Text as it is, for example code.</summary>
    public void Raw(string text) => _out.Writer.WriteLine(text.TrimEnd('\n'));

    /// <summary>A result that is a text: as it is; with JSON asked for, a JSON string.</summary>
    public void Text(string text)
    {
        if (Json)
        {
            Result(text, ContractsJson.Default.String);
        }
        else
        {
            Raw(text);
        }
    }

    /// <summary>What a program prints, as it comes and wherever it breaks off.</summary>
    public void Print(string text)
    {
        _out.Writer.Write(new string([.. text.Where(one => one is '\t' or '\n' || !char.IsControl(one))]));
        _out.Writer.Flush();
    }

    /// <summary>One of many results as JSON, in one line.</summary>
    public void JsonLine(JsonObject value)
    {
        _out.Writer.WriteLine(value.ToJsonString(Readable));
        _out.Writer.Flush();
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
            _err.Writer.WriteLine(JsonSerializer.Serialize(problem, ContractsJson.Default.ProblemResponse));
            return;
        }

        var width = _err.Width - ErrorPrefix.Length;
        var lines = message.TrimEnd().ReplaceLineEndings("\n").Split('\n').SelectMany(line => Wrap.At(width, line));
        _err.Markup($"[red]{ErrorPrefix}[/]{string.Join($"\n{Indent}", lines.Select(_err.Clean))}");
        foreach (var line in (problem?.Findings ?? []).SelectMany(finding => Findings.Lines(finding)))
        {
            _err.Line(Indent + line);
        }
    }

    /// <summary>Rows in columns; where they do not fit, the last is broken and the others are cut.</summary>
    public void Table(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        var lines = rows.Select(row => (IReadOnlyList<string>)[.. row.Select(cell => OneLine.Of(cell))]).ToList();
        foreach (var (at, line) in Grid.Lines(_out.Width, headers, lines).Index())
        {
            var color = at == 0 ? "grey" : "default";
            _out.Markup(string.Join(Grid.Between, line.Select(cell => _out.Colored(color, cell))).TrimEnd());
        }
    }

    /// <summary>A time as the user's clock shows it, in a table: without the year where it is not far.</summary>
    public string ShortTime(DateTimeOffset? time) =>
        time is { } value ? Times.Short(value, TimeProvider.System.GetUtcNow(), _zone) : "-";

    /// <summary>A time as the user's clock shows it.</summary>
    public string Time(DateTimeOffset? time) => time is { } value ? Times.Local(value, _zone) : "-";

    private static void Labelled(Page page, string label, string text, double? seconds, bool good)
    {
        var head = label.Length > LabelWidth ? label + "\n" : label.PadRight(LabelWidth) + " ";
        var took = seconds is { } value ? $" ({Times.Took(value)})" : "";
        var lines = (text.TrimEnd() + took)
            .ReplaceLineEndings("\n")
            .Split('\n')
            .SelectMany(line => Wrap.At(page.Width - Margin.Length, line))
            .Select((line, at) => (at == 0 && !head.EndsWith('\n') ? "" : Margin) + page.Clean(line));
        page.Markup($"[{(good ? "green" : "red")}]{Markup.Escape(head)}[/]{string.Join('\n', lines)}");
    }
}
