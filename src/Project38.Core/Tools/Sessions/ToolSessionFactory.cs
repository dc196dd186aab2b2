using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Project38.Core.Tools.External;
using Project38.Core.Tools.Rates;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Sessions;

/// <summary>Makes tool sessions, one for each run.</summary>
public sealed class ToolSessionFactory(
    ToolRegistry registry,
    IOptions<ToolLimits> limits,
    RateBook? rates,
    TimeProvider time,
    ILoggerFactory loggers,
    ExternalTools? external = null
)
{
    private readonly RateLeases? _leases = rates is null
        ? null
        : new RateLeases(rates, time, loggers.CreateLogger<RateLeases>());
    private readonly ByteGate _memory = new(limits.Value.PlatformMemoryBytes);

    /// <summary>A factory that knows no tool and needs nothing: for checks and trials on their own.</summary>
    public static ToolSessionFactory WithoutTools { get; } =
        new(
            new ToolRegistry([]),
            Options.Create(new ToolLimits()),
            rates: null,
            TimeProvider.System,
            NullLoggerFactory.Instance
        );

    /// <summary>Makes the session of one run.</summary>
    public ToolSession Create(ToolSessionSpec spec)
    {
        var logger = loggers.CreateLogger<ToolSession>();
        return new ToolSession(
            new ToolCallPipeline(registry, spec, limits.Value, _leases, time, logger, external),
            limits.Value,
            _memory,
            logger
        );
    }
}
