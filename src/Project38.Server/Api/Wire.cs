using System.Text.Json;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Agents.Risks;
using Project38.Core.Agents.Versions;
using Project38.Core.Budgets;
using Project38.Core.Execution;
using Project38.Core.Factory.Validation;
using Project38.Core.Harness.Queue;
using Project38.Core.Models;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Sandbox;

namespace Project38.Server.Api;

/// <summary>What the engine has, as the wire has it.</summary>
internal static class Wire
{
    private static readonly JsonSerializerOptions StepsJson = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        PropertyNameCaseInsensitive = true,
    };

    /// <summary>An agent.</summary>
    public static AgentResponse Of(VersionedAgent one) =>
        new()
        {
            Id = one.Agent.Id,
            Name = one.Agent.Name,
            Description = one.Agent.Description,
            Code = one.Version?.Code,
            Status = one.Agent.Status.ToSnakeCase(),
            CreatedAt = one.Agent.CreatedAt,
            UpdatedAt = one.Agent.UpdatedAt,
            CreatedBy = one.Agent.CreatedBy,
            Config = one.Agent.Config,
            Version = one.Version?.Number,
            Origin = one.Version?.Origin,
            Tests = one.Version?.Tests,
            Schedule = one.Agent.Cron,
            Timezone = one.Agent.TimeZone,
            NextFire = one.Agent.NextFire,
            Grants = ManifestWords.Describe(one.Agent.Grant),
            Grant = Of(one.Agent.Grant),
            Risks = Of(one.Risks),
            RisksAccepted = one.Agent.AcceptedRisks is { } yes ? new AcceptedRisksResponse(yes.By, yes.At) : null,
        };

    /// <summary>What is held of the three risks.</summary>
    public static IReadOnlyList<RiskResponse> Of(HeldRisks held) =>
        [.. held.ByName.Select(risk => new RiskResponse(risk.Key, risk.Value))];

    /// <summary>A grant.</summary>
    public static GrantResponse Of(Manifest grant) =>
        new()
        {
            Tools = grant.Tools,
            Hosts = grant.Hosts,
            Channels = grant.Channels,
            Folders = [.. grant.Folders.Select(folder => new FolderResponse(folder.Name, folder.HostPath))],
        };

    /// <summary>A version, without its texts.</summary>
    public static VersionResponse Of(VersionView one) =>
        new()
        {
            Number = one.Version.Number,
            Current = one.Current,
            Proposed = one.Proposed,
            Proved = one.Version.Proved,
            Hash = one.Version.Hash,
            Origin = one.Version.Origin,
            MadeFrom = one.Version.MadeFrom,
            Wish = one.Version.Wish,
            Schedule = one.Cron,
            Timezone = one.TimeZone ?? "UTC",
            CreatedBy = one.Version.CreatedBy,
            CreatedAt = one.Version.CreatedAt,
        };

    /// <summary>A version, whole.</summary>
    public static WholeVersionResponse Whole(VersionView one) =>
        new(Of(one))
        {
            Description = one.Description,
            Code = one.Version.Code,
            Tests = one.Version.Tests,
            Config = one.Config,
            Grants = ManifestWords.Describe(one.Version.Manifest),
            Manifest = Of(one.Version.Manifest),
        };

    /// <summary>A task.</summary>
    public static TaskResponse Of(AgentTask task) =>
        new()
        {
            Id = task.Id,
            AgentId = task.AgentId,
            Status = task.Status.ToSnakeCase(),
            ScheduledAt = task.ScheduledAt,
            StartedAt = task.StartedAt,
            CompletedAt = task.CompletedAt,
            Result = task.Result,
            Error = task.Error,
            RetryCount = Math.Max(0, task.Attempt - 1),
            CreatedAt = task.CreatedAt,
            Trigger = task.Trigger.ToSnakeCase(),
            Fires = task.Fires,
            DryRun = task.DryRun,
        };

    /// <summary>A run.</summary>
    public static RunResponse Of(AgentRun run) =>
        new()
        {
            Id = run.Id,
            TaskId = run.TaskId,
            AgentId = run.AgentId,
            Number = run.Number,
            Attempt = run.Attempt,
            Outcome = run.Outcome,
            Error = run.Error,
            SandboxLevel = run.SandboxLevel is { } level ? Level(level) : null,
            StartedAt = run.StartedAt,
            EndedAt = run.EndedAt,
            WallSeconds = run.WallSeconds,
            CpuSeconds = run.CpuSeconds,
            PeakMemoryBytes = run.PeakMemoryBytes,
            WrittenBytes = run.WrittenBytes,
            DryRun = run.DryRun,
            Log = run.Log,
            Steps =
            [
                .. JsonSerializer
                    .Deserialize<IReadOnlyList<RunStep>>(run.Steps, StepsJson)!
                    .Select(step => new StepResponse(
                        step.Number,
                        step.Tool,
                        step.Arguments,
                        step.Outcome,
                        step.Detail,
                        step.Duration.TotalSeconds,
                        step.ErrorClass,
                        step.Bytes,
                        Usd.OfMicro(step.CostMicroUsd)
                    )),
            ],
        };

    /// <summary>A message, with its way to its channel.</summary>
    public static InboxMessageResponse Of(InboxLine line) => Of(line.Message, line.Delivery);

    private static InboxMessageResponse Of(InboxMessage message, Delivery? delivery) =>
        new()
        {
            Id = message.Id,
            AgentId = message.AgentId,
            TaskId = message.TaskId,
            Title = message.Title,
            Text = message.Text,
            Source = message.Source,
            Channel = message.Channel ?? "inbox",
            Delivery = delivery is null
                ? null
                : new DeliveryStateResponse(
                    delivery.Status.ToSnakeCase(),
                    delivery.Attempts,
                    delivery.Status is DeliveryStatus.Pending or DeliveryStatus.Held ? delivery.NextAttemptAt : null,
                    delivery.LastError,
                    delivery.SentAt
                ),
            CreatedAt = message.CreatedAt,
            ReadAt = message.ReadAt,
        };

    /// <summary>A provider of models, as <c>P38_MODEL_PROVIDER</c> names it.</summary>
    public static string Provider(ModelProvider provider) => provider.ToString().ToLowerInvariant();

    /// <summary>A level of the sandbox: <c>no-cgroup</c>.</summary>
    public static string Level(SandboxLevel level) => Level(level.ToSnakeCase());

    /// <summary>A level of the sandbox, as it was stored.</summary>
    public static string Level(string stored) => stored.Replace('_', '-');

    /// <summary>A finding.</summary>
    public static FindingResponse Of(Finding finding) =>
        new(finding.Rule, finding.Severity.ToSnakeCase(), finding.File, finding.Line, finding.Message);
}
