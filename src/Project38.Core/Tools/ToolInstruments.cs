using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Project38.Core.Tools;

/// <summary>What tool calls measure and trace: meter and source <c>Project38.Tools</c>. Never their arguments or answers.</summary>
internal static class ToolInstruments
{
    /// <summary>Stands for every name that is no tool's: agents may ask for any.</summary>
    public const string UnknownTool = "unknown";

    private const string Name = "Project38.Tools";
    private const string ToolName = "gen_ai.tool.name";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> CallDuration = Meter.CreateHistogram<double>(
        "p38.tool.call.duration",
        "s",
        "Time of tool calls, by tool and outcome"
    );

    /// <summary>Begins the span of a call.</summary>
    /// <param name="tool">The tool's name, or <see cref="UnknownTool"/>.</param>
    /// <param name="number">Which call of its run.</param>
    /// <param name="run">The span of the run.</param>
    /// <returns>Null when nobody traces.</returns>
    public static Activity? TraceCall(string tool, int number, ActivityContext run) =>
        Source
            .StartActivity($"tool {tool}", ActivityKind.Internal, run)
            ?.SetTag(ToolName, tool)
            .SetTag("p38.run.step", number);

    /// <summary>A call that was answered.</summary>
    public static void CallEnded(Activity? span, string tool, string outcome, TimeSpan took)
    {
        span?.SetTag("outcome", outcome);
        if (outcome == "error")
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }
        CallDuration.Record(took.TotalSeconds, new(ToolName, tool), new("outcome", outcome));
    }
}
