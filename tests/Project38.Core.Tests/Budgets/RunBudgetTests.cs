using CsCheck;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Budgets;
using Project38.Testing;

namespace Project38.Core.Tests.Budgets;

public sealed class SqliteRunBudgetTests(SqliteFixture fixture) : RunBudgetContract(fixture);

public sealed class PostgresRunBudgetTests(PostgresFixture fixture) : RunBudgetContract(fixture);

/// <summary>Agents never spend more than they may, whoever spends at the same time, on both databases.</summary>
public abstract class RunBudgetContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    [Fact]
    public async Task Calls_SpendNotOneCentMore_When200AskAtOnce_OfSeveralNodes()
    {
        // Each node has its own memory; only the database is one.
        var nodes = Enumerable.Range(0, 4).Select(task => Of(new AgentBudget(null, null, 1.00m), task)).ToList();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(call => nodes[call % 4].ReserveAsync("llm.ask", 0.03m, Cancelled))
        );

        var reserved = answers.OfType<BudgetAnswer.Reserved>().ToList();
        reserved.Count.ShouldBe(33);
        (await SumAsync()).ShouldBe(990_000);
        answers
            .OfType<BudgetAnswer.Refused>()
            .Select(refused => refused.Message)
            .Distinct()
            .ShouldHaveSingleItem()
            .ShouldContain("0.01 USD are left of the 1.00 USD a month");

        // What was not spent is there again, and not a cent more.
        await Task.WhenAll(reserved.Select(one => one.Spending.SettleAsync(0.02m)));
        (await SumAsync()).ShouldBe(660_000);
        var again = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(call => nodes[call % 4].ReserveAsync("llm.ask", 0.03m, Cancelled))
        );
        again.OfType<BudgetAnswer.Reserved>().Count().ShouldBe(11);
        (await SumAsync()).ShouldBe(990_000);
    }

    [Fact]
    public async Task Sum_IsNeverMoreThanTheLimit_WhateverIsAskedAndSettled()
    {
        var cases = Gen.Select(Gen.Int[1, 400], Gen.Int[0, 400]).Array[20].Array[6].Single();
        for (var agent = 1; agent <= cases.Length; agent++)
        {
            var budget = Of(new AgentBudget(null, PerDay: 0.10m, 0.15m), task: 0, agent);
            await Task.WhenAll(
                cases[agent - 1]
                    .Select(async amounts =>
                    {
                        var worst = amounts.Item1 / 10_000m;
                        if (await budget.ReserveAsync("llm.ask", worst, Cancelled) is BudgetAnswer.Reserved reserved)
                        {
                            (await SumAsync(agent)).ShouldBeLessThanOrEqualTo(100_000);
                            await reserved.Spending.SettleAsync(Math.Min(worst, amounts.Item2 / 10_000m));
                        }
                    })
            );
            (await SumAsync(agent)).ShouldBeInRange(1, 100_000);
        }
    }

    [Fact]
    public async Task Expense_StaysTheMostItCanBe_WhenNobodySettlesIt_AndOneOfAnotherAgentIsNone()
    {
        var lost = Of(new AgentBudget(null, null, 1.00m));
        await lost.ReserveAsync("llm.ask", 0.90m, Cancelled);
        await Of(new AgentBudget(null, null, 1.00m), agent: 2).ReserveAsync("llm.ask", 0.90m, Cancelled);

        var next = await Of(new AgentBudget(null, null, 1.00m)).ReserveAsync("llm.ask", 0.20m, Cancelled);

        next.ShouldBeOfType<BudgetAnswer.Refused>().Message.ShouldContain("0.10 USD are left");
    }

    [Fact]
    public async Task Day_BeginsAnew()
    {
        var budget = Of(new AgentBudget(null, PerDay: 0.50m, PerMonth: null));
        await budget.ReserveAsync("llm.ask", 0.50m, Cancelled);
        (await budget.ReserveAsync("llm.ask", 0.01m, Cancelled))
            .ShouldBeOfType<BudgetAnswer.Refused>()
            .Message.ShouldContain("0.50 USD a day");

        await Database.ShiftClockAsync(TimeSpan.FromDays(1), Cancelled);

        (await budget.ReserveAsync("llm.ask", 0.50m, Cancelled)).ShouldBeOfType<BudgetAnswer.Reserved>();
    }

    [Fact]
    public async Task Run_SpendsItsOwnPartAtMost()
    {
        var budget = new AgentBudget(PerRun: 0.10m, null, 1.00m);
        var run = Of(budget);
        var reserved = (await run.ReserveAsync("llm.ask", 0.10m, Cancelled)).ShouldBeOfType<BudgetAnswer.Reserved>();
        (await run.ReserveAsync("llm.ask", 0.01m, Cancelled))
            .ShouldBeOfType<BudgetAnswer.Refused>()
            .Message.ShouldContain("0.00 USD are left of the 0.10 USD a run");

        await reserved.Spending.SettleAsync(0.04m);

        (await run.ReserveAsync("llm.ask", 0.06m, Cancelled)).ShouldBeOfType<BudgetAnswer.Reserved>();
        (await Of(budget).ReserveAsync("llm.ask", 0.10m, Cancelled)).ShouldBeOfType<BudgetAnswer.Reserved>();
    }

    [Fact]
    public async Task Nothing_RefusesAll() =>
        (await RunBudget.Nothing.ReserveAsync("llm.ask", 0.01m, Cancelled)).ShouldBeOfType<BudgetAnswer.Refused>();

    private RunBudget Of(AgentBudget budget, int task = 0, long agent = 1) => Database.RunBudget(budget, agent, task);

    private async Task<long> SumAsync(long agent = 1)
    {
        await using var db = CreateDb();
        return await db.Expenses.Where(row => row.AgentId == agent).SumAsync(row => row.MicroUsd, Cancelled);
    }
}
