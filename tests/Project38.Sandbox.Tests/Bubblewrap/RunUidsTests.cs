using Project38.Sandbox.Running;

namespace Project38.Sandbox.Tests.Bubblewrap;

public sealed class RunUidsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("p38-test-").FullName;

    [Fact]
    public void Take_GivesNoUidTwice_WhenTwoPlatformsTakeAllThereAre()
    {
        using var first = new RunUids(5000, 512, _folder);
        using var second = new RunUids(5000, 512, _folder);

        var taken = Enumerable.Range(0, 256).SelectMany(_ => new[] { first.Take(), second.Take() }).ToList();

        taken.Order().ShouldBe(Enumerable.Range(5000, 512));
        Should.Throw<InvalidOperationException>(() => first.Take()).Message.ShouldContain("512");
    }

    [Fact]
    public void Take_GivesUidsOfADeadPlatformAgain_WhenItsLocksAreGone()
    {
        using (var dead = new RunUids(5000, 1, _folder))
        {
            dead.Take();
        }

        using var next = new RunUids(5000, 1, _folder);

        next.Take().ShouldBe(5000);
    }

    [Fact]
    public void Take_GivesAUidAgain_WhenItWasReturned()
    {
        using var uids = new RunUids(5000, 2, _folder);
        var (first, second) = (uids.Take(), uids.Take());

        uids.Return(first);

        second.ShouldBe(5001);
        uids.Take().ShouldBe(first);
    }

    [Fact]
    public void Take_GoesOn_WhereNoLockCanBeKept()
    {
        using var uids = new RunUids(5000, 1, "/proc/locks-cannot-be-here");

        uids.Take().ShouldBe(5000);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
