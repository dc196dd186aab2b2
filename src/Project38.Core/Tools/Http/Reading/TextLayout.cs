using System.Text;

namespace Project38.Core.Tools.Http.Reading;

/// <summary>Puts the text of a page on lines: spaces as browsers show them, blank lines between blocks.</summary>
/// <param name="most">Characters; no more are taken.</param>
internal sealed class TextLayout(int most)
{
    private readonly StringBuilder _text = new();
    private int _breaks;
    private bool _space;
    private string? _prefix;

    /// <summary>Whether it holds as much as it may.</summary>
    public bool IsFull => _text.Length >= most;

    /// <summary>Spaces before each line.</summary>
    public int Indent { get; set; }

    /// <summary>Whether everything stands on one line: blocks are parted by spaces.</summary>
    public bool OneLine { get; set; }

    /// <summary>Words, whose spaces are one.</summary>
    public void Write(ReadOnlySpan<char> words)
    {
        foreach (var character in words)
        {
            if (char.IsWhiteSpace(character) && character != '\u00A0')
            {
                _space = true;
            }
            else if (!IsFull)
            {
                Begin();
                _text.Append(character == '\u00A0' ? ' ' : character);
            }
        }
    }

    /// <summary>Text whose lines and spaces stay.</summary>
    public void WriteAsIs(string text)
    {
        if (OneLine)
        {
            Write(text);
            return;
        }

        var rest = Math.Max(0, most - _text.Length);
        var lines = text.ReplaceLineEndings("\n").Trim('\n');
        if (lines.Length > 0)
        {
            Begin();
            _text.Append(lines.AsSpan(0, Math.Min(lines.Length, rest)));
        }
    }

    /// <summary>What comes next is on a new line: 1; or behind a blank one: 2.</summary>
    public void Break(int lines)
    {
        _space = true;
        if (!OneLine)
        {
            _breaks = Math.Max(_breaks, lines);
        }
    }

    /// <summary>Comes before the next words, if any come; null: nothing does.</summary>
    public void Before(string? prefix) => _prefix = prefix;

    /// <summary>All of it.</summary>
    public override string ToString() => _text.Length <= most ? _text.ToString() : _text.ToString(0, most);

    private void Begin()
    {
        if (_breaks > 0)
        {
            _text.Append('\n', _text.Length == 0 ? 0 : _breaks).Append(' ', Indent);
        }
        else if (_space && _text.Length > 0)
        {
            _text.Append(' ');
        }

        (_breaks, _space) = (0, false);
        _text.Append(_prefix);
        _prefix = null;
    }
}
