using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Project38.Core.Agents;
using Project38.Core.Budgets;
using Project38.Core.Tests.Budgets;
using Project38.Core.Tools;
using Project38.Core.Tools.Registry;
using Project38.Testing;

namespace Project38.Core.Tests.Tools.Sessions;

public sealed class SqliteToolBudgetTests(SqliteFixture fixture) : ToolBudgetContract(fixture);

public sealed class PostgresToolBudgetTests(PostgresFixture fixture) : ToolBudgetContract(fixture);

/// <summary>What a call can cost is set aside before it is made, and what it did is booked after it.</summary>
public abstract class ToolBudgetContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    private int _made;

    [Fact]
    public async Task Calls_AreMadeAsFarAsTheMoneyGoes_When200ComeAtOnce()
    {
        var pipeline = Pipeline(
            1.00m,
            (call, _) =>
            {
                Interlocked.Increment(ref _made);
                call.Cost = 0.02m;
                return Task.FromResult<JsonNode?>(null);
            }
        );

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => CallAsync(pipeline)));

        // As soon as one is settled, another may use what it left: how many that are depends on who is first. The sum does not.
        (await SumAsync()).ShouldBe(_made * 20_000);
        _made.ShouldBeInRange(33, 50);
        answers.Count(answer => answer.Outcome == "ok").ShouldBe(_made);
        answers
            .Where(answer => answer.Outcome != "ok")
            .ShouldAllBe(answer => answer.ErrorClass == ToolErrorClass.Budget);
        pipeline.Steps.Sum(step => step.CostMicroUsd).ShouldBe(_made * 20_000);
    }

    [Fact]
    public async Task Call_CostsTheMostItCan_WhenNobodySaysWhatItDid()
    {
        var pipeline = Pipeline(1.00m, (_, _) => throw new ToolException("It broke off."));

        var answer = await CallAsync(pipeline);

        answer.ErrorClass.ShouldBe(ToolErrorClass.Failed);
        (await SumAsync()).ShouldBe(30_000);
    }

    [Fact]
    public async Task Call_CostsNothing_WhenItDoesNotComeToTheTool()
    {
        var pipeline = Pipeline(
            1.00m,
            (_, _) => Task.FromResult<JsonNode?>(null),
            egress: _ => throw new ToolRefusedException("No.")
        );

        var answer = await CallAsync(pipeline);

        answer.ErrorClass.ShouldBe(ToolErrorClass.Egress);
        (await SumAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Call_CostsNothing_WhenItIsGivenUpBeforeItsTurn()
    {
        var first = new TaskCompletionSource<JsonNode?>();
        var pipeline = Pipeline(
            1.00m,
            (call, _) =>
            {
                call.Cost = 0.02m;
                return first.Task;
            },
            rules: [new ToolRule("*", null, null, AtOnce: 1, null)]
        );
        using var givenUp = new CancellationTokenSource();
        var holding = CallAsync(pipeline);
        await WaitAsync(async () => await SumAsync() == 30_000);
        var waiting = pipeline.CallAsync(
            "test.paid",
            arguments: null,
            (_, _) => ValueTask.CompletedTask,
            givenUp.Token
        );
        await WaitAsync(async () => await SumAsync() == 60_000);

        await givenUp.CancelAsync();

        (await waiting).ErrorClass.ShouldBe(ToolErrorClass.Cancelled);
        first.SetResult(null);
        await holding;
        (await SumAsync()).ShouldBe(20_000);
    }

    private static async Task WaitAsync(Func<Task<bool>> isThere)
    {
        while (!await isThere())
        {
            await Task.Yield();
        }
    }

    private ToolCallPipeline Pipeline(
        decimal perMonth,
        ToolHandler handler,
        Action<ToolCall>? egress = null,
        IReadOnlyList<ToolRule>? rules = null
    ) =>
        new(
            new ToolRegistry([
                new One(AgentEnd.Tool("test.paid", handler) with { WorstCost = _ => 0.03m, EgressPolicy = egress }),
            ]),
            AgentEnd.Granting("test.paid") with
            {
                Rules = rules ?? [],
                Budget = Database.RunBudget(new AgentBudget(null, null, perMonth)),
            },
            new ToolLimits(),
            leases: null,
            TimeProvider.System,
            NullLogger.Instance
        );

    private static Task<ToolAnswer> CallAsync(ToolCallPipeline pipeline) =>
        pipeline.CallAsync("test.paid", arguments: null, (_, _) => ValueTask.CompletedTask, Cancelled);

    private async Task<long> SumAsync()
    {
        await using var db = CreateDb();
        return await db.Expenses.SumAsync(row => row.MicroUsd, Cancelled);
    }

    private sealed class One(ToolDefinition tool) : IToolSource
    {
        public IEnumerable<ToolDefinition> Tools => [tool];
    }
}
