using Project38.Core.Storage;

namespace Project38.Testing;

/// <summary>SQLite files, each in a home of its own.</summary>
public sealed class SqliteFixture : DatabaseFixture, IDisposable
{
    private readonly string _templateHome = NewFolder("template");

    public override Task<TestDatabase> CreateEmptyAsync(CancellationToken cancellationToken)
    {
        var options = new StorageOptions { Home = NewFolder("home") };
        Directory.CreateDirectory(options.Home);
        return Task.FromResult(new TestDatabase(options, () => Task.CompletedTask));
    }

    protected override async Task MakeTemplateAsync(CancellationToken cancellationToken)
    {
        var template = new TestDatabase(new StorageOptions { Home = _templateHome }, () => Task.CompletedTask);
        using var database = template.NewDatabase();
        await database.OpenAsync(cancellationToken);
    }

    protected override async Task<TestDatabase> CopyTemplateAsync(CancellationToken cancellationToken)
    {
        var copy = await CreateEmptyAsync(cancellationToken);
        var template = new StorageOptions { Home = _templateHome };
        File.Copy(template.SqliteFile, copy.Options.SqliteFile);
        return copy;
    }

    public void Dispose()
    {
        if (Directory.Exists(_templateHome))
        {
            Directory.Delete(_templateHome, recursive: true);
        }
    }
}
