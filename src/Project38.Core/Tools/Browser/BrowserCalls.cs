using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Browser;

/// <summary>What all tools of <c>browser</c> take, and how a call comes to its run's browser.</summary>
internal sealed partial class BrowserCalls(
    Browsers browsers,
    IOptions<BrowserOptions> options,
    TimeProvider time,
    ILogger<RunBrowser> logger
)
{
    private const int MostTarget = 1_000;

    /// <summary>Which element.</summary>
    public static ToolParameter Target { get; } =
        new("target", ToolParameterType.Text, "A ref of browser.snapshot (e12), a CSS selector, or text=words.");

    /// <summary>How long it may take.</summary>
    public static ToolParameter Timeout { get; } =
        new("timeout", ToolParameterType.Number, "In seconds, at most 60.", Required: false, Default: "30");

    /// <summary>The bounds there are.</summary>
    public BrowserOptions Bounds => options.Value;

    /// <summary>The browser of the call's run; nothing is started by it.</summary>
    public RunBrowser Of(ToolCall call) =>
        call.Parts.Of(() => new RunBrowser(browsers, call.Identity, call.Grant.Hosts, options.Value, time, logger));

    /// <summary>How long a call may take.</summary>
    /// <exception cref="ToolException">Longer than is allowed.</exception>
    public TimeSpan TimeOf(ToolCall call)
    {
        var seconds = call.Arguments.Number("timeout");
        return seconds > 0 && seconds <= options.Value.MaxTimeout.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new ToolException(
                $"'timeout' must be more than 0 and at most {options.Value.MaxTimeout.TotalSeconds} seconds."
            );
    }

    /// <summary>The element that a call names.</summary>
    /// <exception cref="ToolException">It names none.</exception>
    public static ILocator Find(IPage page, ToolCall call)
    {
        var target = call.Arguments.Text("target").Trim();
        return target.Length is 0 or > MostTarget
                ? throw new ToolException($"'target' must have 1 to {MostTarget} characters.")
            : Ref.IsMatch(target) ? page.GetByRef(target)
            : page.Locator(target);
    }

    /// <summary>The same, where it may be left out: then it is the first of others.</summary>
    public static ILocator FindIfNamed(IPage page, ToolCall call, string otherwise)
    {
        var target = call.Arguments.OptionalText("target")?.Trim();
        return string.IsNullOrEmpty(target) ? page.Locator(otherwise).First
            : target.Length > MostTarget ? throw new ToolException($"'target' has at most {MostTarget} characters.")
            : Ref.IsMatch(target) ? page.GetByRef(target)
            : page.Locator(target).First;
    }

    [GeneratedRegex(@"^(f\d{1,4})?e\d{1,7}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ref { get; }
}
