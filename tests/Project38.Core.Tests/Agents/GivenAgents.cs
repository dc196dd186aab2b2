using Project38.Core.Agents;
using Project38.Testing;

namespace Project38.Core.Tests.Agents;

/// <summary>Agents for tests that need one but are not about them.</summary>
internal static class GivenAgents
{
    public static NewAgent New(
        string name = "sums",
        string config = "{}",
        AgentStatus status = AgentStatus.Active,
        string createdBy = "dana"
    ) =>
        new()
        {
            Name = name,
            Description = "Add up expenses.csv every day",
            Status = status,
            Config = config,
            Code = "class Agent: ...",
            Tests = null,
            Manifest = new Manifest { Tools = ["filesystem.read_text"] },
            Grant = new Manifest { Tools = ["filesystem.read_text"] },
            Hash = new string('0', 64),
            Origin = "test",
            CreatedBy = createdBy,
        };

    public static async Task<VersionedAgent> GivenAgentAsync(
        this TestDatabase database,
        string name = "sums",
        string config = "{}",
        AgentStatus status = AgentStatus.Active,
        string createdBy = "dana"
    )
    {
        var register = new AgentRegister(database.Factory, GivenRisks.Find);
        var change = await register.CreateAsync(
            New(name, config, status, createdBy),
            TestContext.Current.CancellationToken
        );
        return change.ShouldBeOfType<AgentChange.Done>().Agent;
    }
}
