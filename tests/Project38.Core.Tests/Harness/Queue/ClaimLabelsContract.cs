using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Harness.Queue;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Queue;

public sealed class SqliteClaimLabelsTests(SqliteFixture fixture) : ClaimLabelsContract(fixture);

public sealed class PostgresClaimLabelsTests(PostgresFixture fixture) : ClaimLabelsContract(fixture);

/// <summary>Which worker may run what.</summary>
public abstract class ClaimLabelsContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    [Theory]
    [InlineData("", false)]
    [InlineData("gpu", false)]
    [InlineData("eu,gpu", true)]
    [InlineData("eu,gpu,large", true)]
    public async Task Claim_TakesIt_WhenTheWorkerHasEveryLabelOfItsAgent(string labels, bool takes)
    {
        await GivenTaskAsync(await GivenAgentAsync("""{"labels": ["gpu", "eu"]}"""));

        var claims = await ClaimAsync(labels);

        claims.Count.ShouldBe(takes ? 1 : 0);
    }

    [Fact]
    public async Task Claim_TakesWhatAsksForNoLabel_WhenTheWorkerHasSome()
    {
        await GivenTaskAsync(await GivenAgentAsync());

        var claims = await ClaimAsync("gpu");

        claims.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Claim_LeavesALostTaskToAWorkerWithItsLabels_WhenItsLeaseHasEnded()
    {
        await GivenTaskAsync(await GivenAgentAsync("""{"labels": ["gpu"]}"""));
        await ClaimAsync("gpu");
        await ShiftAsync(31);

        var without = await ClaimAsync("");
        var with = await ClaimAsync("gpu");

        without.ShouldBeEmpty();
        with.ShouldHaveSingleItem().Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task Claim_PassesByWhatItMayNotRun_WhenThatIsOlder()
    {
        await GivenTaskAsync(await GivenAgentAsync("""{"labels": ["gpu"], "priority": 100}"""));
        var other = await GivenTaskAsync(await GivenAgentAsync());

        var claims = await ClaimAsync("", max: 1);

        claims.ShouldHaveSingleItem().TaskId.ShouldBe(other.Id);
    }

    private async Task<IReadOnlyList<ClaimedTask>> ClaimAsync(string labels, int max = 5) =>
        await NewNode()
            .GetRequiredService<ITaskQueue>()
            .ClaimAsync(
                "w",
                max,
                ClaimScope.All with
                {
                    Labels = labels.Split(',', StringSplitOptions.RemoveEmptyEntries),
                },
                Cancelled
            );
}
