using Microsoft.Playwright;

namespace Project38.Core.Tools.Browser;

/// <summary>Refuses an action that was done again and again, while the page did not change.</summary>
/// <remarks>What a page is like, the page itself says; one that lies harms nobody but the run that looks at it.</remarks>
internal sealed class LoopGuard(int most)
{
    private const int MostActions = 200;

    private const string Look = """
        () => {
          let hash = 17;
          const add = text => {
            for (let at = 0; at < text.length && at < 200000; at++) hash = (hash * 31 + text.charCodeAt(at)) | 0;
          };
          add(location.href);
          add(String(Math.round(scrollY)));
          add(document.body ? document.body.innerText : "");
          const fields = document.querySelectorAll("input, select, textarea");
          for (let at = 0; at < fields.length && at < 1000; at++) add(fields[at].value + fields[at].checked);
          return String(hash);
        }
        """;

    private readonly Dictionary<string, (string Page, int Times)> _actions = [];

    /// <summary>Counts an action.</summary>
    /// <exception cref="ToolRefusedException">It was done too often while the page was the same.</exception>
    public async Task CheckAsync(IPage page, string action)
    {
        var looks = await LookAsync(page);
        var times = _actions.TryGetValue(action, out var before) && before.Page == looks ? before.Times + 1 : 1;
        if (times > most)
        {
            throw new ToolRefusedException(
                $"This very action was done {most} times, and the page did not change. Do something else, wait for what "
                    + "should change (browser.wait_for), or end the run and say what was in the way."
            );
        }

        if (_actions.Count >= MostActions)
        {
            _actions.Clear();
        }

        _actions[action] = (looks, times);
    }

    private static async Task<string> LookAsync(IPage page)
    {
        try
        {
            return PageWords.Cut(await page.EvaluateAsync<string>(Look) ?? "", 20);
        }
        catch (PlaywrightException)
        {
            return page.Url;
        }
    }
}
