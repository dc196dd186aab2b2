namespace Project38.Sandbox.Tests.Attacks;

/// <summary>Every attack works outside, so that its failing inside says something.</summary>
public sealed class AttackControlTests(Victim victim) : IClassFixture<Victim>
{
    public static TheoryData<string> Attacks => [.. AttackList.All.Select(attack => attack.Name)];

    [Theory, MemberData(nameof(Attacks))]
    public async Task Attack_WorksOutside(string name)
    {
        var attack = AttackList.Find(name);

        var output = await Outside.RunAsync(attack, victim.Words, TestContext.Current.CancellationToken);

        var said = AttackSaid.Read(output);
        said.Last.ShouldBe(attack.StaysAs is null ? "done" : "staying", output);
        var attempts = said.GotIn.Concat(said.KeptOut).ToList();
        (attempts.Count > 0).ShouldBe(attack.StaysAs is null, output);
        foreach (var attempt in attempts)
        {
            var missing = attack.Needs.Where(need => need.IsMissingFor(attempt)).Select(need => need.What).ToList();
            said.GotIn.Contains(attempt)
                .ShouldBe(missing.Count == 0, $"without {string.Join(", ", missing)}:\n{output}");
        }
    }
}

/// <summary>Every attack is held, however the run was started, and nothing is left of it.</summary>
public sealed class AttackTests(Victim victim) : IClassFixture<Victim>
{
    public static TheoryData<string, string> AttacksByWay =>
        new(AttackList.All.SelectMany(attack => SandboxFixture.Ways.Select(way => (attack.Name, way.Name))));

    [Theory, MemberData(nameof(AttacksByWay))]
    public async Task Attack_IsHeld(string name, string wayName)
    {
        var attack = AttackList.Find(name);
        var way = SandboxFixture.Ways.Single(way => way.Name == wayName);
        var mark = Guid.NewGuid().ToString("N");

        Outcome outcome = null!;
        for (var run = 0; run < attack.Runs; run++)
        {
            outcome = await way.RunAsync(attack.Spec(victim.Words, mark));
        }

        var (left, forked) = (HostCgroups.Of(Environment.ProcessId), HostProcesses.Forked());
        HostProcesses.With(mark).ShouldBeEmpty();
        var said = AttackSaid.Read(outcome.Output);
        said.GotIn.Except(attack.OpenAt(way.Level)).ShouldBeEmpty(outcome.Log);
        outcome.Exit.ShouldBeOfType(attack.EndAt(way.Level), outcome.Log + outcome.Output);
        if (outcome.Exit is SandboxExit.Exited exited)
        {
            exited.Code.ShouldBe(0, outcome.Log);
            said.Last.ShouldBe(attack.StaysAs is not null && said.KeptOut.Count == 0 ? "staying" : "done", outcome.Log);
        }

        // Those of the runs beside this one go with them, each in its own time. Looked for anew: one that was made for a fork server
        // that was about to start stays with it.
        (
            await HostProcesses.BecomesTrueAsync(
                () =>
                    !HostCgroups.Of(Environment.ProcessId).Intersect(left).Any()
                    && !HostProcesses.Forked().Intersect(forked).Any(),
                TimeSpan.FromMinutes(2)
            )
        ).ShouldBeTrue();
    }
}
