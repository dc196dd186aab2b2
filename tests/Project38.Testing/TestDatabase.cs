using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Project38.Core.Storage;

namespace Project38.Testing;

/// <summary>One database of one test, in a home of its own.</summary>
public sealed class TestDatabase(StorageOptions options, Func<Task> delete) : IAsyncDisposable
{
    /// <summary>What a program needs to use this database.</summary>
    public StorageOptions Options { get; } = options;

    /// <summary>Contexts on it.</summary>
    public ProductDbFactory Factory { get; } = new(Microsoft.Extensions.Options.Options.Create(options));

    /// <summary>A context on it; dispose it.</summary>
    public ProductDb CreateDb() => Factory.CreateDbContext();

    /// <summary>The database as a program opens it at its start; one more for each call, as if each were a process.</summary>
    public Database NewDatabase()
    {
        var given = Microsoft.Extensions.Options.Options.Create(Options);
        var home = new HomeFolder(given, NullLogger<HomeFolder>.Instance);
        return new Database(new ProductDbFactory(given), home, given, TimeProvider.System);
    }

    /// <summary>Moves the database's clock, for every node at once.</summary>
    public async Task ShiftClockAsync(TimeSpan by, CancellationToken cancellationToken)
    {
        await using var db = CreateDb();
        var microseconds = by.Ticks / TimeSpan.TicksPerMicrosecond;
        await db.Database.ExecuteSqlAsync($"UPDATE clock SET shift_us = shift_us + {microseconds}", cancellationToken);
    }

    /// <summary>Deletes it with its home.</summary>
    public async ValueTask DisposeAsync()
    {
        Factory.Dispose();
        await delete();
        if (Directory.Exists(Options.Home))
        {
            Directory.Delete(Options.Home, recursive: true);
        }
    }
}
