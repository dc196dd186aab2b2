using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Project38.Core.Harness;

namespace Project38.Core.Tests.Harness;

public sealed class DutyLoopTests
{
    [Fact]
    public async Task Run_GoesOn_WhenTheDatabaseFailsThreeTimes()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var turns = 0;

        await Loop()
            .RunAsync(
                async _ =>
                {
                    turns++;
                    if (turns <= 3)
                    {
                        throw new InvalidOperationException("wrapped", new SqliteException("locked", 5));
                    }
                    await stop.CancelAsync();
                },
                stop.Token
            );

        turns.ShouldBe(4);
    }

    [Fact]
    public async Task Run_ThrowsAndLeavesAnExitCode_WhenTheFailureIsNotTheDatabases()
    {
        var before = Environment.ExitCode;
        try
        {
            var running = Loop()
                .RunAsync(
                    _ => throw new InvalidOperationException("a fault of ours"),
                    TestContext.Current.CancellationToken
                );

            await Should.ThrowAsync<InvalidOperationException>(running);
            Environment.ExitCode.ShouldBe(1);
        }
        finally
        {
            Environment.ExitCode = before;
        }
    }

    [Fact]
    public async Task Run_EndsWithoutAnException_WhenTheDatabaseFailsWhileItIsStopped()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var before = Environment.ExitCode;

        await Loop()
            .RunAsync(
                async _ =>
                {
                    await stop.CancelAsync();
                    throw new SqliteException("locked", 5);
                },
                stop.Token
            );

        Environment.ExitCode.ShouldBe(before);
    }

    private static DutyLoop Loop() => new("test", TimeProvider.System, NullLogger.Instance);
}
