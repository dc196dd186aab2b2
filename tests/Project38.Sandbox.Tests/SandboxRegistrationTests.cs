using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Project38.Sandbox.Staging;

namespace Project38.Sandbox.Tests;

public sealed class SandboxRegistrationTests
{
    [Fact]
    public async Task AddSandbox_GivesOneWorkingSandbox_WhenItIsAskedForTwice()
    {
        await using var services = new ServiceCollection().AddSandbox().AddSandbox().BuildServiceProvider();

        var sandbox = services.GetRequiredService<ISandbox>();
        var report = await sandbox.ReportAsync(TestContext.Current.CancellationToken);

        services.GetServices<ISandbox>().ShouldBe([sandbox]);
        services.GetRequiredService<StagingArea>().ShouldNotBeNull();
        report.Level.ShouldBeOneOf(SandboxFixture.Levels);
    }

    [Fact]
    public void AddSandbox_NamesTheKey_WhenAnOptionIsOutOfRange()
    {
        using var services = new ServiceCollection()
            .AddSandbox()
            .Configure<SandboxOptions>(options => options.FirstUid = 0)
            .BuildServiceProvider();

        var refusal = Should.Throw<OptionsValidationException>(() => services.GetRequiredService<ISandbox>());

        refusal.Message.ShouldContain(nameof(SandboxOptions.FirstUid));
    }
}
