using System.Globalization;

namespace Project38.Core.Factory;

/// <summary>Tells now and then that the model is writing, so that nobody thinks it hangs.</summary>
internal sealed class WritingProgress(IProgress<FactoryProgress> progress, TimeProvider clock, long started)
    : IProgress<long>
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);
    private TimeSpan _next = TimeSpan.FromSeconds(1);

    public void Report(long value)
    {
        var took = clock.GetElapsedTime(started);
        if (took < _next)
        {
            return;
        }

        _next = took + s_period;
        var text = value == 0 ? "it thinks" : string.Create(CultureInfo.InvariantCulture, $"{value:N0} characters");
        progress.Report(new FactoryProgress("writing", text, took));
    }
}
