using Project38.Server.Security;

namespace Project38.Server.Tests.Security;

public sealed class BearerTokenTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("p38-token-");

    private string TokenPath => Path.Join(_home.FullName, BearerToken.FileName);

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public void LoadOrCreate_KeepsTheToken_WhenThereIsOne()
    {
        BearerToken.LoadOrCreate(_home.FullName);
        var first = File.ReadAllText(TokenPath).Trim();

        var token = BearerToken.LoadOrCreate(_home.FullName);

        token.Matches(first).ShouldBeTrue();
        token.Matches(first[..^1]).ShouldBeFalse();
        token.Matches("").ShouldBeFalse();
    }

    [Fact]
    public void LoadOrCreate_Refuses_WhenOthersMayReadTheToken()
    {
        BearerToken.LoadOrCreate(_home.FullName);
        File.SetUnixFileMode(TokenPath, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        var refusal = Should.Throw<StartRefusedException>(() => BearerToken.LoadOrCreate(_home.FullName));

        refusal.Message.ShouldContain("chmod 600");
    }

    [Fact]
    public void LoadOrCreate_Refuses_WhenTheFileHoldsNoToken()
    {
        BearerToken.LoadOrCreate(_home.FullName);
        File.WriteAllText(TokenPath, "short");

        var refusal = Should.Throw<StartRefusedException>(() => BearerToken.LoadOrCreate(_home.FullName));

        refusal.Message.ShouldContain(TokenPath);
    }
}
