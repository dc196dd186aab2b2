using System.Globalization;

namespace Project38.Core.Tests.Factory.Validation;

/// <summary>Programs that were written to keep a check busy, to bring it down, or not to be read at all.</summary>
internal static class HostilePrograms
{
    private const int Deep = 10_000;

    // What is just small enough to be read.
    private const int Full = 120_000;

    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>
    {
        ["nothing"] = "",
        ["no Python"] = "<html><body>hello</body></html>",
        ["5 MB"] = Times("x = 1\n", 900_000),
        ["1 MB in one text"] = $"x = \"{Times("a", 1 << 20)}\"\n",
        ["1 MB in one name"] = $"{Times("a", 1 << 20)} = 1\n",
        ["1 MB in one number"] = $"x = {Times("1", 1 << 20)}\n",
        ["1 MB in one comment"] = $"#{Times("a", 1 << 20)}\n",
        ["1 MB of statements in one line"] = Times("x;", 1 << 19),
        ["one text"] = $"x = \"{Times("a", Full)}\"\n",
        ["one name"] = $"{Times("a", Full)} = 1\n",
        ["one number"] = $"x = {Times("1", Full)}\n",
        ["bytes"] = $"x = b\"{Times("a", Full)}\"\n",
        ["one comment"] = $"#{Times("a", Full)}\n",
        ["statements in one line"] = Times("x;", Full / 2),
        ["escapes"] = $"x = \"{Times("\\d", Full / 2)}\"\n",
        ["quotes"] = Times("\"", Full),
        ["an end that is missing"] = $"x = \"\"\"{Times("a\n", Full / 2)}",

        ["a null byte"] = "x = 1\0\n",
        ["bytes that are not UTF-8"] = "# \uFFFD\n",
        ["half a character"] = "# \ud800\n",
        ["UTF-16"] = "x\0 \0=\0 \u0031\0\n\0",
        ["two byte order marks"] = "\uFEFF\uFEFFx = 1\n",
        ["another encoding"] = "# -*- coding: utf-7 -*-\nx = 1\n",
        ["an encoding of the second line"] = "#!/usr/bin/python3\n# vim: set fileencoding=rot13 :\nx = 1\n",
        ["letters that are more"] = $"{Times("\uFDFA", Full / 3)} = 1\n",
        ["characters of control"] = "x = \u0001\u001b\n",

        ["parentheses"] = Nested("(", "1", ")"),
        ["parentheses that stay open"] = $"x = {Times("(", Deep)}",
        ["lists"] = Nested("[", "", "]"),
        ["dicts"] = Nested("{1: ", "1", "}"),
        ["calls in calls"] = Nested("f(", "", ")"),
        ["calls of calls"] = $"x = f{Times("()", Deep)}\n",
        ["a sum"] = $"x = {Times("1 + ", Deep)}1\n",
        ["a power"] = $"x = {Times("1**", Deep)}1\n",
        ["and, or"] = $"x = {Times("a and b or ", Deep)}a\n",
        ["comparisons"] = $"x = {Times("a < ", Deep)}a\n",
        ["attributes"] = $"x = a{Times(".a", Deep)}\n",
        ["elements"] = $"x = a{Times("[0]", Deep)}\n",
        ["elements of elements"] = Nested("a[", "0", "]"),
        ["signs"] = $"x = {Times("-", Deep)}1\n",
        ["not"] = $"x = {Times("not ", Deep)}1\n",
        ["lambdas"] = $"x = {Times("lambda: ", Deep)}1\n",
        ["conditions in an expression"] = $"x = {Times("1 if a else ", Deep)}1\n",
        ["elif"] = $"if x: pass\n{Times("elif x: pass\n", Deep)}",
        ["else"] = Steps(99, "if x: pass", "else:"),
        ["ifs"] = Steps(150, "if x:"),
        ["functions in functions"] = Steps(150, "def f():"),
        ["decorators"] = $"{Times("@d\n", Deep)}def f(): pass\n",
        ["comprehensions"] = Nested("[a for a in ", "b", "]"),
        ["loops of one comprehension"] = $"x = [a{Times(" for a in b", Deep)}]\n",
        ["with"] = $"with {Times("a, ", Deep)}a: pass\n",
        ["a pattern"] = $"match x:\n case {Times("[", Deep)}1{Times("]", Deep)}: pass\n",
        ["alternatives of a pattern"] = $"match x:\n case {Times("1|", Deep)}1: pass\n",
        ["cases"] = $"match x:\n{Times(" case 1: pass\n", 9_000)}",
        ["f-strings"] = $"x = f\"{Times("{", Deep)}{Times("}", Deep)}\"\n",
        ["formats of f-strings"] = $"x = f\"{Times("{a:", Deep)}{Times("}", Deep)}\"\n",
        ["names one after another"] = $"{Times("x = ", Deep)}1\n",

        ["names of names"] = Lines(9_000, n => $"a{n} = a{n + 1}"),
        ["two names in a circle"] = $"a = eval\n{Times("a = b; b = a\n", 9_000)}",
        ["4,000 names in a circle"] = Lines(4_000, n => $"a{n} = a{(n * 7 + 1) % 4_000}") + "a1 = eval\n",
        ["functions that call each other"] = Lines(2_000, n => $"def f{n}(a): return f{n * 3 % 2_000}(f{n / 2}(eval))"),
        ["what getattr may give"] =
            "import os\nm, n = os if x else getattr, 'a' if x else 'system' if y else 'fork'\n"
            + Times("m = getattr(m, n)\n", 4_500),
        ["getters"] = $"import operator\na = operator.attrgetter('{Times("a.", 300)}a')\n{Times("a(a)\n", 15_000)}",
        ["partials"] = $"from functools import partial as a\n{Times("a = a(a)(a)(a)\n", 5_500)}",
        ["stars"] = Lines(3_000, n => $"from m{n} import *") + Times("x\n", 20_000),
        ["texts that double"] = $"a = 'ab'\n{Times("a = f'{a}{a}' + a + a.join([a, a])\n", 3_500)}",
        ["large texts"] = Times("x = 'a'*10**9, '%1000000000d' % 1, '{:>999999999}'.format(1)\n", 2_000),
        ["large numbers"] = Times("x = 10**10**10, 1 << 10**10, 9**9**9\n", 3_000),
        ["large tuples"] = Times("x = ((((((1,)*256)*1,)*256,)*256,)*256,)*256\n", 2_500),
        ["dicts of dicts"] = $"x = {{}}\n{Times("x = {'a': x, 'b': x}\n", 5_500)}",
        ["lists of lists"] = $"x = [eval]\n{Times("x = [x, x, x]\n", 8_500)}",
        ["what compiles in minutes"] =
            $"match x:\n case [{string.Join(',', Enumerable.Range(0, 18_000).Select(n => $"a{n}"))}]: pass\n",
        ["functions that are alike"] = Times("x = lambda: 0\n", 8_500),
        ["ends of ends"] = Ends(18),
        ["almost addresses"] = $"x = '@{Times("a.", Full / 2)}'\n",
        ["almost private keys"] = $"x = '{Times("-----BEGIN A PRIVATE KEY", 5_000)}'\n",
        ["imports"] = Lines(9_000, n => $"import m{n * 7_919 % 9_000}"),
        ["names that are nowhere"] = Lines(18_000, n => $"u{n}"),
        ["formats within formats"] = Times($"x = {Times("f([{1: ", 20)}1{Times("}])", 20)}\n", 500),
    };

    private static string Nested(string open, string inner, string close) =>
        $"x = {Times(open, Deep)}{inner}{Times(close, Deep)}\n";

    private static string Steps(int depth, params string[] lines) =>
        string.Concat(Enumerable.Range(0, depth).SelectMany(n => lines.Select(line => $"{Times(" ", n)}{line}\n")))
        + $"{Times(" ", depth)}pass\n";

    // Each "finally" is compiled once for every way into it.
    private static string Ends(int depth)
    {
        var tries = Enumerable.Range(1, depth).Select(n => $"{Times(" ", n)}try:\n{Times(" ", n + 1)}if a: return\n");
        var ends = Enumerable
            .Range(1, depth)
            .Reverse()
            .Select(n => $"{Times(" ", n)}finally:\n{Times(" ", n + 1)}if b: return\n");
        return $"def f():\n{string.Concat(tries)}{string.Concat(ends)}";
    }

    private static string Lines(int count, Func<int, FormattableString> line) =>
        string.Concat(Enumerable.Range(0, count).Select(n => line(n).ToString(CultureInfo.InvariantCulture) + "\n"));

    private static string Times(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
