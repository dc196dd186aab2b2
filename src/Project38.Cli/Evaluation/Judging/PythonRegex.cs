using System.Globalization;
using System.Text;

namespace Project38.Cli.Evaluation.Judging;

/// <summary>Writes a regular expression of Python's in .NET's notation; what differs and cannot be said is refused.</summary>
internal sealed class PythonRegex
{
    private const string Copied = "AbBdDsSwWnrtfvax0123456789u";
    private readonly string _source;
    private readonly StringBuilder _out = new();
    private readonly Dictionary<string, int> _names = [];
    private int _at;
    private int _groups;

    private PythonRegex(string source) => _source = source;

    private char Here => _source[_at];

    /// <summary>The translation.</summary>
    /// <exception cref="FormatException">It cannot be translated; the message says why.</exception>
    public static string Translate(string source)
    {
        var one = new PythonRegex(source);
        while (one._at < source.Length)
        {
            one.Step();
        }
        return one._out.ToString();
    }

    private void Step()
    {
        switch (Here)
        {
            case '\\':
                Escape(inClass: false);
                break;
            case '[':
                Class();
                break;
            case '(':
                Open();
                break;
            case '*' or '+' or '?' or '{':
                Quantifier();
                break;
            default:
                if (PlainText.Of(Here) is { } plain)
                {
                    _out.Append(plain);
                }
                _at++;
                break;
        }
    }

    private void Escape(bool inClass)
    {
        if (_at + 1 >= _source.Length)
        {
            throw new FormatException("it ends with a backslash");
        }
        var next = _source[_at + 1];
        if (next == 'Z' || next == 'z')
        {
            _out.Append(@"\z");
        }
        else if (
            next == 'U'
            && _at + 10 <= _source.Length
            && int.TryParse(
                _source.AsSpan(_at + 2, 8),
                NumberStyles.HexNumber,
                CultureInfo.InvariantCulture,
                out var rune
            )
        )
        {
            _out.Append(char.ConvertFromUtf32(rune));
            _at += 8;
        }
        else if (Copied.Contains(next))
        {
            _out.Append('\\').Append(next);
        }
        else if (char.IsAsciiLetter(next))
        {
            throw new FormatException($"\\{next} is not supported");
        }
        else
        {
            Literal(next, inClass);
        }
        _at += 2;
    }

    private void Literal(char character, bool inClass)
    {
        if (PlainText.Of(character) is not { } plain)
        {
            return;
        }
        if (char.IsAscii(plain) && !char.IsAsciiLetterOrDigit(plain) && (plain is not (' ' or '\n') || !inClass))
        {
            _out.Append('\\');
        }
        _out.Append(plain);
    }

    private void Class()
    {
        _out.Append('[');
        _at++;
        if (_at < _source.Length && Here == '^')
        {
            _out.Append('^');
            _at++;
        }
        var first = true;
        while (_at < _source.Length && (Here != ']' || first))
        {
            first = false;
            if (Here == '\\')
            {
                Escape(inClass: true);
                continue;
            }

            // In .NET, '[' within a class may take others away from it; and an odd dash must not become a range.
            if (Here is '[' or ']' || PlainText.Of(Here) != Here)
            {
                Literal(Here, inClass: true);
            }
            else
            {
                _out.Append(Here);
            }
            _at++;
        }
        if (_at >= _source.Length)
        {
            throw new FormatException("a '[' has no ']'");
        }
        _out.Append(']');
        _at++;
    }

    private void Open()
    {
        var rest = _source.AsSpan(_at);
        if (!rest.StartsWith("(?"))
        {
            _groups++;
            _out.Append('(');
            _at++;
        }
        else if (rest.StartsWith("(?P<"))
        {
            // Numbered, as .NET counts named groups after all others.
            _names[Until('>', 4)] = ++_groups;
            _out.Append('(');
        }
        else if (rest.StartsWith("(?P="))
        {
            _out.Append(CultureInfo.InvariantCulture, $@"(?:\{Numbered(Until(')', 4))})");
        }
        else if (rest.StartsWith("(?#"))
        {
            Until(')', 3);
        }
        else if (rest.StartsWith("(?("))
        {
            var name = Until(')', 3);
            _out.Append(
                CultureInfo.InvariantCulture,
                $"(?({(int.TryParse(name, out var number) ? number : Numbered(name))})"
            );
        }
        else if (rest.StartsWith("(?<=") || rest.StartsWith("(?<!"))
        {
            _out.Append(rest[..4]);
            _at += 4;
        }
        else if (rest.Length > 2 && rest[2] is ':' or '=' or '!' or '>')
        {
            _out.Append(rest[..3]);
            _at += 3;
        }
        else
        {
            Flags();
        }
    }

    private void Flags()
    {
        var end = _source.AsSpan(_at).IndexOfAny(":)");
        if (end < 0)
        {
            throw new FormatException("a '(?' has no ')'");
        }
        var flags = _source.Substring(_at + 2, end - 2);
        if (flags.Any(flag => !"aiLmsux-".Contains(flag)))
        {
            throw new FormatException($"'(?{flags}' is not supported");
        }
        var kept = new string([.. flags.Where(flag => "imsx-".Contains(flag))]).TrimEnd('-');
        var closes = _source[_at + end] == ')';
        _out.Append(kept.Length == 0 && closes ? "" : $"(?{kept}{_source[_at + end]}");
        _at += end + 1;
    }

    private void Quantifier()
    {
        var end = Here == '{' ? _source.IndexOf('}', _at) : _at;
        var text = end < 0 ? "" : _source[_at..(end + 1)];
        if (Here == '{' && !IsCount(text))
        {
            _out.Append(@"\{");
            _at++;
            return;
        }
        _out.Append(text.StartsWith("{,", StringComparison.Ordinal) ? "{0," + text[2..] : text);
        _at = end + 1;
        if (_at < _source.Length && Here == '+')
        {
            throw new FormatException("possessive quantifiers are not supported");
        }
        if (_at < _source.Length && Here == '?')
        {
            _out.Append('?');
            _at++;
        }
    }

    private static bool IsCount(string text) =>
        text.Length > 2
        && text[1..^1].All(one => char.IsAsciiDigit(one) || one == ',')
        && text.Count(one => one == ',') < 2;

    private string Until(char end, int from)
    {
        var close = _source.IndexOf(end, _at + from);
        if (close < 0)
        {
            throw new FormatException($"a '(?' has no '{end}'");
        }
        var text = _source[(_at + from)..close];
        _at = close + 1;
        return text;
    }

    private int Numbered(string name) =>
        _names.TryGetValue(name, out var number) ? number : throw new FormatException($"there is no group '{name}'");
}
