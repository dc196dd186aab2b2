using System.Text;

namespace Project38.Server.Tests.Api;

public sealed class FilesApiTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private TestServer Server => fixture.Server;

    [Fact]
    public async Task File_IsReadAsItWasPut_AndGoneWhenDeleted()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        var path = $"/api/agents/{id}/files/data/%D7%93%D7%95%D7%97.csv";

        var created = await PutAsync(path, "a,b\n1,2\n");
        var replaced = await PutAsync(path, "new");
        var listed = await Server.GetAsync($"/api/agents/{id}/files");
        var read = await Server.GetAsync(path);
        var deleted = await Server.DeleteAsync(path);

        created.Status.ShouldBe(201, created.Text);
        created.Headers.Location!.OriginalString.ShouldBe(path);
        created.Body.ShouldHaveFields("path: string", "size: integer", "modified: time");
        created.Body.GetProperty("path").GetString().ShouldBe("data/דוח.csv");
        replaced.Status.ShouldBe(200);
        listed.Body.GetArrayLength().ShouldBe(1);
        listed.Body[0].GetProperty("path").GetString().ShouldBe("data/דוח.csv");
        listed.Body[0].GetProperty("size").GetInt64().ShouldBe(3);
        read.Text.ShouldBe("new");
        read.Type.ShouldBe("application/octet-stream");
        read.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        deleted.Status.ShouldBe(204);
        (await Server.GetAsync(path)).Status.ShouldBe(404);
        (await Server.DeleteAsync(path)).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("..%2Ftoken", "Write '/'")]
    [InlineData("%2e%2e%2f%2e%2e%2ftoken", "Write '/'")]
    [InlineData("%2Fetc%2Fpasswd", "Write '/'")]
    [InlineData("/etc/passwd", "")]
    [InlineData("a%01b", "")]
    public async Task File_IsRefused_WhenItsPathLeadsOutside(string path, string why)
    {
        var id = await Server.ImportAsync(Programs.Counter);
        var outside = $"/api/agents/{id}/files/{path}";

        var read = await Server.GetAsync(outside);
        var put = await PutAsync(outside, "mine");

        read.ShouldBeProblem(422, why);
        put.ShouldBeProblem(422, why);
        (await Server.GetAsync($"/api/agents/{id}/files")).Text.ShouldBe("[]");
    }

    [Fact]
    public async Task File_IsTooLarge_WhenItHasMoreThanTenMegabytes()
    {
        var id = await Server.ImportAsync(Programs.Counter);

        var answer = await PutAsync($"/api/agents/{id}/files/big.bin", new string('x', 10 * 1024 * 1024 + 1));

        answer.ShouldBeProblem(413, "10 MB for a file");
        (await Server.GetAsync($"/api/agents/{id}/files")).Text.ShouldBe("[]");
    }

    [Fact]
    public async Task File_IsAConflict_WhenAFolderIsThere()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        await PutAsync($"/api/agents/{id}/files/data/a.csv", "a");

        var answer = await PutAsync($"/api/agents/{id}/files/data", "b");

        answer.Status.ShouldBe(409, answer.Text);
    }

    private Task<Answer> PutAsync(string path, string text) =>
        Server.SendAsync(HttpMethod.Put, path, new ByteArrayContent(Encoding.UTF8.GetBytes(text)));
}
