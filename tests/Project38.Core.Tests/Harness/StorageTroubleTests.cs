using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Project38.Core.Execution;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;
using Project38.Testing;

namespace Project38.Core.Tests.Harness;

/// <summary>SQLite gives no room, or no turn, when a run ends.</summary>
public sealed class StorageTroubleTests(SqliteFixture fixture) : HarnessSuite(fixture)
{
    [Fact]
    public async Task Run_IsSavedWhenThereIsRoomAgain_AndTheLogSaysWhatIsWrong_WhenTheDiskIsFull()
    {
        var disk = new SmallDisk(Database.Factory);
        var log = new DutyLog();
        var node = NewNode(services =>
            services
                .AddSingleton<IDbContextFactory<ProductDb>>(disk)
                .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(log))
        );
        var task = await GivenTaskAsync(await GivenAgentAsync());
        Execute = (_, _) =>
        {
            disk.IsFull = true;
            return Task.FromResult(Succeeded($"\"{new string('x', 500_000)}\""));
        };

        var working = WorkOnceAsync(node);
        await log.Began("run").WaitAsync(Cancelled);
        var meanwhile = await ReadAsync(task.Id);
        disk.IsFull = false;
        await working;

        meanwhile.Status.ShouldBe(AgentTaskStatus.Running);
        log.ReasonOf("run").ShouldContain("disk that holds P38_HOME is full");
        var done = await ReadAsync(task.Id);
        (done.Status, done.Attempt, done.Fence).ShouldBe((AgentTaskStatus.Completed, 1, 1L));
        (await AllAsync<AgentRun>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Run_IsGivenBackToTheQueue_WhenTheDiskStaysFull()
    {
        var disk = new SmallDisk(Database.Factory);
        var log = new DutyLog();
        var node = NewNode(services =>
            services
                .AddSingleton<IDbContextFactory<ProductDb>>(disk)
                .Configure<QueueOptions>(queue => queue.SaveLimit = TimeSpan.FromSeconds(1))
                .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(log))
        );
        var task = await GivenTaskAsync(await GivenAgentAsync());
        Execute = (_, _) =>
        {
            disk.IsFull = true;
            return Task.FromResult(Succeeded($"\"{new string('x', 500_000)}\""));
        };

        await WorkOnceAsync(node);
        disk.IsFull = false;
        await ShiftAsync(31);
        Execute = (_, _) => Task.FromResult(Succeeded("7"));
        await WorkOnceAsync(node);

        log.NotSaved.ShouldBe(1);
        var done = await ReadAsync(task.Id);
        (done.Status, done.Attempt, done.Fence, done.Result).ShouldBe((AgentTaskStatus.Completed, 2, 2L, "7"));
        (await AllAsync<AgentRun>()).ShouldHaveSingleItem().Fence.ShouldBe(2);
    }

    [Fact]
    public async Task Run_IsSaved_WhenAnotherHeldTheWriterForAWhile()
    {
        Database.Options.BusyTimeout = TimeSpan.FromSeconds(1);
        using var impatient = new ProductDbFactory(Microsoft.Extensions.Options.Options.Create(Database.Options));
        var log = new DutyLog();
        var node = NewNode(services =>
            services
                .AddSingleton<IDbContextFactory<ProductDb>>(impatient)
                .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(log))
        );
        var task = await GivenTaskAsync(await GivenAgentAsync());
        await using var holder = CreateDb();
        await holder.Database.OpenConnectionAsync(Cancelled);
        Execute = async (_, _) =>
        {
            await holder.Database.ExecuteSqlRawAsync("BEGIN EXCLUSIVE", Cancelled);
            return Succeeded();
        };

        var working = WorkOnceAsync(node);
        await log.Began("run").WaitAsync(Cancelled);
        await holder.Database.ExecuteSqlRawAsync("COMMIT", Cancelled);
        await working;

        log.ReasonOf("run").ShouldContain("locked by another writer");
        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Completed);
    }

    /// <summary>The test's database on a disk that can be full: SQLite then answers as it does there.</summary>
    private sealed class SmallDisk(ProductDbFactory databases) : IDbContextFactory<ProductDb>
    {
        public volatile bool IsFull;

        public ProductDb CreateDbContext()
        {
            var db = databases.CreateDbContext();
            db.Database.OpenConnection();
            // A limit below the size it has means: not one page more.
            db.Database.ExecuteSqlRaw(IsFull ? "PRAGMA max_page_count = 1" : "PRAGMA max_page_count = 1073741823");
            return db;
        }
    }
}
