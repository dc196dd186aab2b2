using Project38.Core.Storage;

namespace Project38.Core.Tests.Storage;

public sealed class DatabaseUrlTests
{
    [Theory]
    [InlineData("postgres://dana:p%40ss%2Fw@db.example.com:6432/p38?sslmode=verify-full&connect_timeout=7")]
    [InlineData("postgresql://dana:p%40ss%2Fw@db.example.com:6432/p38?sslmode=verify-full&connect_timeout=7")]
    [InlineData(
        "Host=db.example.com;Port=6432;Username=dana;Password=p@ss/w;Database=p38;SSL Mode=VerifyFull;Timeout=7"
    )]
    public void Parse_ReadsEveryPart_InBothForms(string text)
    {
        var read = DatabaseUrl.Parse(text);

        (read.Host, read.Port, read.Username, read.Password).ShouldBe(("db.example.com", 6432, "dana", "p@ss/w"));
        (read.Database, read.SslMode, read.Timeout).ShouldBe(("p38", Npgsql.SslMode.VerifyFull, 7));
    }

    [Theory]
    [InlineData("postgres://localhost/p38", "localhost", 5432)]
    [InlineData("postgres://[::1]:6000/p38", "::1", 6000)]
    [InlineData("postgres:///p38?host=/run/postgresql", "/run/postgresql", 5432)]
    public void Parse_KnowsDefaultsAddressesAndSockets(string text, string host, int port)
    {
        var read = DatabaseUrl.Parse(text);

        (read.Host, read.Port, read.Database).ShouldBe((host, port, "p38"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("s3cret")]
    [InlineData("mysql://dana:s3cret@host/p38")]
    [InlineData("postgres://dana:s3cret@host:port/p38")]
    [InlineData("postgres://dana:s3cret@host/p38?sslmode=s3cret")]
    [InlineData("postgres://dana:s3cret@host/p38?s3cret=1")]
    [InlineData("postgres://dana:s3cret@/p38")]
    [InlineData("Host=h;Password=s3cret;Nonsense=s3cret")]
    public void Parse_NamesTheKeyAndNeverThePassword_WhenItCannotBeRead(string text)
    {
        var parse = () => DatabaseUrl.Parse(text);

        var refusal = parse.ShouldThrow<StorageException>();
        refusal.Message.ShouldStartWith("DATABASE_URL");
        refusal.ToString().ShouldNotContain("s3cret");
    }
}
