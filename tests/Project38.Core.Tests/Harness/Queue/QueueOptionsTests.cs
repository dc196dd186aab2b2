using Project38.Core.Harness.Queue;

namespace Project38.Core.Tests.Harness.Queue;

public sealed class QueueOptionsTests
{
    [Fact]
    public void Validate_Accepts_WhenNothingIsConfigured()
    {
        var result = new QueueOptionsValidator().Validate(name: null, new QueueOptions());

        result.Succeeded.ShouldBeTrue();
    }

    [Fact]
    public void Validate_NamesEveryKeyThatIsWrong_WhenSeveralAre()
    {
        var options = new QueueOptions { Lease = TimeSpan.FromSeconds(1), Poll = TimeSpan.FromHours(2) };

        var result = new QueueOptionsValidator().Validate(name: null, options);

        result.FailureMessage.ShouldNotBeNull().ShouldContain("Lease");
        result.FailureMessage.ShouldContain("Poll");
        result.FailureMessage.ShouldContain("Heartbeat");
    }
}
