using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Approvals;
using Project38.Core.Execution;
using Project38.Core.Execution.Records;
using Project38.Core.Harness.Approvals;
using Project38.Core.Harness.Queue;
using Project38.Core.Tools;
using Project38.Core.Tools.Filesystem;
using Project38.Core.Tools.Records;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Approvals;

/// <summary>Agents that ask: with real programs in the sandbox, or with a function that answers as one.</summary>
public abstract class ApprovalSuite(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    /// <summary>A program that asks between two lines in a file, and would write one more in its cleanup.</summary>
    protected const string Buyer = """
        from p38 import handoff, tools


        class Agent:
            def __init__(self, config):
                self.count = config["shares"]

            async def execute(self):
                await tools.filesystem.append_text("log.txt", "before\n")
                print("asking")
                answer = await tools.approval.ask(f"Buy {self.count} shares?", details="For 500 USD.")
                await tools.filesystem.append_text("log.txt", f"{answer.status} {answer.by} {answer.note}\n")
                handoff.observe("asked")
                return {"status": "success", "result": bool(answer)}

            async def cleanup(self):
                await tools.filesystem.append_text("log.txt", "cleanup\n")
        """;

    private protected static readonly ApprovalQuestion Question = new("Buy?", "For 500 USD.", TimeSpan.FromHours(24));

    /// <summary>A node whose runs are real.</summary>
    private protected ServiceProvider NewRealNode()
    {
        var node = NewNode(services => services.AddTools().AddExecution());
        Execute = node.GetRequiredService<RunExecutor>().ExecuteAsync;
        return node;
    }

    private protected async Task<Agent> GivenAskingAgentAsync(
        string code = Buyer,
        string config = """{"shares": 3}""",
        params string[] channels
    )
    {
        var agent = await GivenAgentAsync(
            config,
            one =>
                one.Grant = new Manifest
                {
                    Tools = ["approval.ask", "filesystem.append_text", "filesystem.read_text", "notifications.send"],
                    Channels = ["inbox", .. channels],
                }
        );
        await using var db = CreateDb();
        await db
            .AgentVersions.Where(version => version.AgentId == agent.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(version => version.Code, code), Cancelled);
        return agent;
    }

    /// <summary>A task that waits for the answer to its question.</summary>
    private protected async Task<(AgentTask Task, Approval Approval)> GivenWaitingAsync(
        ServiceProvider node,
        Agent agent,
        int maxAttempts = 1,
        TaskTrigger trigger = TaskTrigger.Manual
    )
    {
        var task = await GivenTaskAsync(agent, maxAttempts, trigger);
        (await WorkOnceAsync(node)).ShouldBeTrue();
        var waiting = await ReadAsync(task.Id);
        waiting.Status.ShouldBe(AgentTaskStatus.Waiting, waiting.Error);
        return (waiting, (await AllAsync<Approval>()).Single(one => one.TaskId == task.Id && one.Answer is null));
    }

    /// <summary>What a program that asks at once ends with; as often as it was not answered.</summary>
    private protected static RunResult Ask(RunRequest request) => Ask(request, Question);

    private protected static RunResult Ask(RunRequest request, ApprovalQuestion question) =>
        new RunResult.Asked(question)
        {
            Trace = new RunTrace
            {
                Record = new RecordedRun(
                    new GivenRun(request.RunNumber, request.Config, request.Handoff, Seed: "00"),
                    [.. Answered(request), Call("approval.ask", RecordedCall.Asked)],
                    Readings: [],
                    IsCut: false
                ),
            },
        };

    /// <summary>The calls that a run is given from the record of the one before.</summary>
    private protected static IReadOnlyList<RecordedCall> Answered(RunRequest request) =>
        request.Recording?.Calls.Calls ?? [];

    private protected static RecordedCall Call(string tool, string outcome = "ok") =>
        new(
            tool,
            tool,
            JsonElement.Parse("{}"),
            outcome,
            outcome == RecordedCall.Asked ? null : JsonElement.Parse("""{"value":1}"""),
            Detail: null,
            ErrorClass: null
        );

    private protected static ApprovalDesk DeskOf(ServiceProvider node) => node.GetRequiredService<ApprovalDesk>();

    private protected static Task<DecisionResult> ApproveAsync(ServiceProvider node, Approval approval) =>
        DeskOf(node).DecideAsync(approval.Id, approve: true, "go on", "dana", Cancelled);

    private protected async Task<Approval> ReadAsync(Approval approval) =>
        (await AllAsync<Approval>()).Single(one => one.Id == approval.Id);

    private protected static string FileOf(ServiceProvider node, Agent agent, string path) =>
        Encoding.UTF8.GetString(node.GetRequiredService<Workspaces>().Of(agent.Id).Read(path));
}
