using System.Text.Json.Nodes;
using Project38.Core.Agents;
using Project38.Core.Execution.Pythons;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;
using Project38.Core.Factory.Validation.Checks;

namespace Project38.Core.Factory;

/// <summary>Proves one program: checks it, and tries it when there is a point in that.</summary>
internal sealed class Prover(
    Validator validator,
    AgentTrial trial,
    PythonImages images,
    ProofHash hash,
    TimeProvider clock
)
{
    /// <summary>Gets ready what programs are tried with, while one is written.</summary>
    public Task WarmAsync(CancellationToken cancellationToken) => trial.WarmAsync(cancellationToken);

    /// <summary>Proves a program as it was written.</summary>
    /// <param name="agent">The program with its config.</param>
    /// <param name="strict">False: findings of style and docstrings are warnings.</param>
    /// <param name="progress">Told each step as it ends.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    public async Task<Attempt> ProveAsync(
        GeneratedAgent agent,
        bool strict,
        IProgress<FactoryProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var started = clock.GetTimestamp();
        var python = PythonName.In(agent.Config);
        var image = python is null ? null : images.Find(python);
        var report = await validator.ValidateAsync(agent.Code, agent.Tests, python, strict, cancellationToken);
        if (python is not null && image is null)
        {
            report = report.With([NoImage(images.Missing(python))]);
        }
        report = report with { Manifest = WithHostsOf(agent.Config, report.Manifest) };
        agent = agent with { Code = report.Code, Tests = report.Tests };
        var proofHash = hash.Of(agent.Code, agent.Tests, report.Manifest, image);
        progress.Report(new FactoryProgress("checked", FactoryWords.Checked(report), clock.GetElapsedTime(started)));
        if (!report.Passed)
        {
            return new Attempt(agent, report, Trial: null, proofHash);
        }

        started = clock.GetTimestamp();
        var tried = await trial.RunAsync(agent.Code, agent.Tests, agent.Config, cancellationToken);
        progress.Report(new FactoryProgress("tried", FactoryWords.Tried(tried), clock.GetElapsedTime(started)));
        return new Attempt(agent, report, tried, proofHash);
    }

    private static Finding NoImage(string why) =>
        new("python-missing", FindingSeverity.Error, Line: null, why, CheckFindings.Config);

    // Only for a program that uses the web at all: an address in a config may be there to be shown.
    private static Manifest WithHostsOf(JsonObject config, Manifest manifest) =>
        WebTools.Among(manifest.Tools)
            ? manifest with
            {
                Hosts = [.. manifest.Hosts.Concat(ConfigHosts.Of(config)).Distinct().Order(StringComparer.Ordinal)],
            }
            : manifest;
}
