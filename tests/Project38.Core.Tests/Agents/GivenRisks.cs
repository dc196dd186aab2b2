using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Agents.Risks;
using Project38.Core.Storage;
using Project38.Core.Tools;

namespace Project38.Core.Tests.Agents;

/// <summary>The three risks, for tests that need agents which hold them.</summary>
internal static class GivenRisks
{
    private static readonly Lazy<FindRisks> s_find = new(() =>
        new ServiceCollection()
            .AddLogging()
            .AddStorage()
            .AddTools()
            .BuildServiceProvider()
            .GetRequiredService<FindRisks>()
    );

    /// <summary>By the platform's own tools.</summary>
    public static FindRisks Find { get; } =
        (db, grant, cancellationToken) => s_find.Value(db, grant, cancellationToken);

    /// <summary>A grant that holds all three.</summary>
    public static Manifest All { get; } =
        new() { Tools = ["filesystem.read_text", "http.request"], Hosts = ["example.com"] };

    /// <summary>The same without the tool that reads what is private.</summary>
    public static Manifest Two { get; } = All with { Tools = ["http.request"] };
}
