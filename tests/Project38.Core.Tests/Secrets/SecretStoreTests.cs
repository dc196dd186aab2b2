using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Project38.Core.Audit;
using Project38.Core.Models;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Testing;

namespace Project38.Core.Tests.Secrets;

public abstract class SecretStoreContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    private const string Canary = "sk-canary-שלום-\"quoted\"-1b7e9d";

    private string KeyFile => Path.Join(Database.Options.Home, "master.key");

    [Fact]
    public async Task Resolve_GivesTheValue_OnAnyNodeWithTheKey()
    {
        await NewStore().PutAsync("NAME", Canary, "dana", Cancelled);

        var value = await NewStore().ResolveAsync("NAME", Cancelled);

        value.ShouldBe(Canary);
        (await NewStore().ResolveAsync("OTHER", Cancelled)).ShouldBeNull();
        File.GetUnixFileMode(KeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Resolve_GivesTheNewValue_WhenAnotherNodePutIt()
    {
        var here = NewStore();
        await here.PutAsync("NAME", "the first value", "dana", Cancelled);
        await here.ResolveAsync("NAME", Cancelled);

        await NewStore().PutAsync("NAME", "the second value", "dana", Cancelled);

        (await here.ResolveAsync("NAME", Cancelled)).ShouldBe("the second value");
        (await here.ListAsync(Cancelled)).ShouldHaveSingleItem().Name.ShouldBe("NAME");
    }

    [Fact]
    public async Task Put_SealsAnew_SoThatEqualValuesDoNotLookEqual()
    {
        var store = NewStore();

        var one = await store.PutAsync("ONE", Canary, "dana", Cancelled);
        var two = await store.PutAsync("TWO", Canary, "dana", Cancelled);
        var first = one.Sealed;
        var again = (await store.PutAsync("ONE", Canary, "dana", Cancelled)).Sealed;

        first.AsSpan(1, 12).ToArray().ShouldNotBe(two.Sealed.AsSpan(1, 12).ToArray());
        again.ShouldNotBe(first);
        Encoding.UTF8.GetString(first).ShouldNotContain("canary");
    }

    [Fact]
    public async Task Resolve_DoesNotOpenARow_ThatWasCopiedUnderAnotherName()
    {
        var store = NewStore();
        await store.PutAsync("MINE", Canary, "dana", Cancelled);
        await store.PutAsync("THEIRS", "something else", "dana", Cancelled);
        await using var db = CreateDb();
        var mine = await db.Secrets.SingleAsync(secret => secret.Name == "MINE", Cancelled);
        var theirs = await db.Secrets.SingleAsync(secret => secret.Name == "THEIRS", Cancelled);
        theirs.Sealed = mine.Sealed;
        await db.SaveChangesAsync(Cancelled);

        var refused = await Should.ThrowAsync<SecretException>(() => NewStore().ResolveAsync("THEIRS", Cancelled));

        refused.Message.ShouldContain("THEIRS was changed in the database");
        (await NewStore().ResolveAsync("MINE", Cancelled)).ShouldBe(Canary);
    }

    [Fact]
    public async Task Resolve_SaysWhatIsMissing_AndWorksAgainWhenTheKeyIsBack()
    {
        await NewStore().PutAsync("NAME", Canary, "dana", Cancelled);
        var away = KeyFile + ".away";
        File.Move(KeyFile, away);

        var missing = await Should.ThrowAsync<SecretException>(() => NewStore().ResolveAsync("NAME", Cancelled));
        var refused = await Should.ThrowAsync<SecretException>(() =>
            NewStore().PutAsync("NEW", "another value", "dana", Cancelled)
        );
        var madeAnew = File.Exists(KeyFile);
        File.Move(away, KeyFile);

        missing.Message.ShouldContain("no master key in the file");
        missing.Message.ShouldContain("Nothing is lost");
        refused.Message.ShouldContain("A new one would not open them");
        madeAnew.ShouldBeFalse();
        (await NewStore().ResolveAsync("NAME", Cancelled)).ShouldBe(Canary);
    }

    [Theory]
    [InlineData("another")]
    [InlineData("no key")]
    [InlineData("open to others")]
    public async Task Resolve_NamesTheProblem_WhenTheKeyIsWrong(string how)
    {
        await NewStore().PutAsync("NAME", Canary, "dana", Cancelled);
        var right = await File.ReadAllTextAsync(KeyFile, Cancelled);
        var wrong = how == "another" ? Convert.ToBase64String(new byte[32]) : "not a key";
        if (how == "open to others")
        {
            File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        }
        else
        {
            await File.WriteAllTextAsync(KeyFile, wrong, Cancelled);
        }

        var refused = await Should.ThrowAsync<SecretException>(() => NewStore().ResolveAsync("NAME", Cancelled));

        refused.Message.ShouldContain(
            how switch
            {
                "another" => "sealed with another master key",
                "no key" => "holds no master key",
                _ => $"chmod 600 {KeyFile}",
            }
        );
        refused.Message.ShouldNotContain(right.Trim());
        refused.Message.ShouldNotContain(wrong);
    }

    [Fact]
    public async Task Resolve_TakesTheKeyThatIsGiven_ForSeveralNodes()
    {
        using var elsewhere = new TemporaryFolder();
        var key = Convert.ToBase64String(Enumerable.Range(0, 32).Select(at => (byte)at).ToArray());
        await File.WriteAllTextAsync(elsewhere["key"], key + "\n", Cancelled);
        await NewStore(new SecretOptions { MasterKey = key }).PutAsync("NAME", Canary, "dana", Cancelled);

        var value = await NewStore(new SecretOptions { MasterKeyFile = elsewhere["key"] })
            .ResolveAsync("NAME", Cancelled);

        value.ShouldBe(Canary);
        File.Exists(KeyFile).ShouldBeFalse();
    }

    [Fact]
    public async Task Changes_AreInTheAudit_WithNameAndWhoAndNeverTheValue()
    {
        var store = NewStore();
        await store.PutAsync("NAME", Canary, "dana", Cancelled);
        await store.PutAsync("NAME", Canary + "2", "noa", Cancelled);

        var there = await store.DeleteAsync("NAME", "dana", Cancelled);
        var gone = await store.DeleteAsync("NAME", "dana", Cancelled);

        (there, gone).ShouldBe((true, false));
        await using var db = CreateDb();
        var lines = await db.Audit.OrderBy(entry => entry.Id).ToListAsync(Cancelled);
        lines
            .Select(line => (line.Who, line.Action, line.Subject, line.Details))
            .ShouldBe([
                ("dana", "secret.put", "secret:NAME", "{}"),
                ("noa", "secret.put", "secret:NAME", "{}"),
                ("dana", "secret.delete", "secret:NAME", "{}"),
            ]);
        (await store.ResolveAsync("NAME", Cancelled)).ShouldBeNull();
    }

    [Theory]
    [InlineData("", "value")]
    [InlineData("1ST", "value")]
    [InlineData("A B", "value")]
    [InlineData("A/../B", "value")]
    [InlineData("NAME", "")]
    [InlineData("NAME", "a\0b")]
    public async Task Put_RefusesWhatCannotBeKept(string name, string value)
    {
        await Should.ThrowAsync<ArgumentException>(() => NewStore().PutAsync(name, value, "dana", Cancelled));

        (await NewStore().ListAsync(Cancelled)).ShouldBeEmpty();
    }

    // Not among the lines above: an attribute cannot carry it.
    [Fact]
    public Task Put_RefusesHalfOfASurrogatePair() => Put_RefusesWhatCannotBeKept("NAME", $"half {'\ud800'} of a pair");

    [Fact]
    public async Task ModelKeys_LookInTheEnvironment_ThenTheFile_ThenTheSecrets()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["key"], "sk-of-the-file", Cancelled);
        await NewStore().PutAsync("ANTHROPIC_API_KEY", "sk-of-the-secret", "dana", Cancelled);

        var all = await Keys("sk-of-the-environment", folder["key"]).FindAsync(Cancelled);
        var two = await Keys(null, folder["key"]).FindAsync(Cancelled);
        var one = await Keys(null, null).FindAsync(Cancelled);
        File.Delete(KeyFile);

        all.ShouldBe(new ModelKey("sk-of-the-environment", "ANTHROPIC_API_KEY"));
        two.ShouldBe(new ModelKey("sk-of-the-file", $"the file {folder["key"]}"));
        one.ShouldBe(new ModelKey("sk-of-the-secret", "the secret ANTHROPIC_API_KEY"));
        one!.ToString().ShouldNotContain("sk-of");
        var lost = await Should.ThrowAsync<ModelSetupException>(async () =>
            await Keys(null, null).FindAsync(Cancelled)
        );
        lost.Message.ShouldContain("no master key");
    }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        using var database = Database.NewDatabase();
        await database.OpenAsync(Cancelled);
    }

    private ModelKeys Keys(string? inEnvironment, string? file) =>
        new(
            Options.Create(new ModelOptions { KeyFile = file }),
            new ModelEnvironment(_ => inEnvironment),
            new KnownSecrets(),
            NewStore()
        );

    /// <summary>A store as another process has it.</summary>
    private SecretStore NewStore(SecretOptions? options = null)
    {
        var home = new HomeFolder(Options.Create(Database.Options), NullLogger<HomeFolder>.Instance);
        return new SecretStore(
            Database.Factory,
            new MasterKeys(Options.Create(options ?? new SecretOptions()), home),
            new KnownSecrets()
        );
    }
}

public sealed class SecretStoreOnSqlite(SqliteFixture fixture) : SecretStoreContract(fixture);

public sealed class SecretStoreOnPostgres(PostgresFixture fixture) : SecretStoreContract(fixture);
