using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Testing;

namespace Project38.Server.Tests.Api;

/// <summary>Packages for agents, with the real venv, pip and sandbox, and wheels of our own.</summary>
public sealed class PythonsApiTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>, IDisposable
{
    private const string Path = "/api/pythons";

    /// <summary>Uses the package <c>rhymes</c>.</summary>
    private const string Program = """"
        """Finds a rhyme."""

        import rhymes


        class Agent:
            """Finds one."""

            def __init__(self, config: dict) -> None:
                """Keep the word."""
                self.word = config.get("word", "moon")

            async def execute(self) -> dict:
                """Find it."""
                return {"status": "success", "result": rhymes.of(self.word)}
        """";

    private const string Tests = """"
        """Tests of the rhymes."""

        import rhymes
        from agent import Agent


        async def test_finds_it() -> None:
            """As the package says."""
            answer = await Agent({"word": "light"}).execute()
            assert answer["result"] == rhymes.of("light") == "night"
        """";

    private readonly string _wheels = Wheel.Write(
        Directory.CreateTempSubdirectory("p38-wheels-").FullName,
        "rhymes",
        "def of(word):\n    return {'moon': 'spoon', 'light': 'night'}[word]\n"
    );

    private TestServer Server => fixture.Server;

    private string Pythons => System.IO.Path.Join(Server.Database.Options.Home, "pythons");

    public void Dispose() => Directory.Delete(_wheels, recursive: true);

    [Fact]
    public async Task Add_MakesAnImage_ThatAgentsAreProvedAndRunWith()
    {
        var made = await AddAsync("poems", "rhymes==1.0");

        made.Status.ShouldBe(201, made.Text);
        made.Body.ShouldHaveFields(
            "name: string",
            "packages: array",
            "modules: array",
            "interpreter: string",
            "hash: string",
            "made_at: string",
            "agents: array"
        );
        made.Body.GetProperty("modules").GetRawText().ShouldBe("[\"rhymes\"]");

        var import = Programs.Import(Program, new JsonObject { ["python"] = "poems" }, Tests);
        var agent = await Server.PostAsync("/api/agents/import", import);
        agent.Status.ShouldBe(201, agent.Text);
        agent.Body.GetProperty("tests_passed").GetInt32().ShouldBe(1);
        var id = agent.Body.GetProperty("id").GetInt64();
        (await RunAsync(id)).ShouldBe("spoon");

        var used = (await Server.GetAsync(Path))
            .Body.EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == "poems");
        used.GetProperty("agents").GetRawText().ShouldBe($"[{id}]");
        (await Server.DeleteAsync($"{Path}/poems")).ShouldBeProblem(
            409,
            $"The Python image 'poems' is used by {id} ('Imported agent')."
        );
        (await Server.DeleteAsync($"/api/agents/{id}")).Status.ShouldBe(204);
        (await Server.DeleteAsync($"{Path}/poems")).Status.ShouldBe(204);
        (await Server.DeleteAsync($"{Path}/poems")).ShouldBeProblem(404, "There is no Python image 'poems'.");
    }

    [Fact]
    public async Task Agent_IsProvedAnew_WhenItsImageChanges()
    {
        (await AddAsync("first", "rhymes")).Status.ShouldBe(201);
        var id = await Server.ImportAsync(Programs.Counter);
        var before = await VersionAsync(id, 1);

        var missing = await PutConfigAsync(id, new JsonObject { ["python"] = "second" });
        var changed = await PutConfigAsync(id, new JsonObject { ["python"] = "first" });
        var other = await PutConfigAsync(id, new JsonObject { ["python"] = "first", ["step"] = 3 });

        missing.ShouldBeProblem(422, "There is no Python image 'second' here. There are ");
        missing.WrongFields.ShouldBe(["config.python"]);
        changed.Status.ShouldBe(200, changed.Text);
        changed.Body.GetProperty("version").GetInt32().ShouldBe(2);
        var after = await VersionAsync(id, 2);
        after.GetProperty("code").GetString().ShouldBe(before.GetProperty("code").GetString());
        after.GetProperty("hash").GetString().ShouldNotBe(before.GetProperty("hash").GetString());
        other.Body.GetProperty("version").GetInt32().ShouldBe(2);

        // The program that needs the package cannot lose it.
        var poet = await Server.ImportAsync(Program, new JsonObject { ["python"] = "first" });
        var lost = await PutConfigAsync(poet, new JsonObject());
        lost.ShouldBeProblem(422, "");
        lost.Rules.ShouldContain("import-missing");
        (await RunAsync(poet)).ShouldBe("spoon");
    }

    [Fact]
    public async Task Check_SaysWhichImageHasIt_OrHowToMakeOne()
    {
        (await AddAsync("words", "rhymes")).Status.ShouldBe(201);

        var without = await CheckAsync(Program, null);
        var with = await CheckAsync(Program, "words");
        var lacking = await CheckAsync(Program.Replace("rhymes", "meters"), "words");
        var nowhere = await CheckAsync(Program.Replace("rhymes", "meters"), null);
        var unknown = await CheckAsync(Program, "nothing");

        MissingImport(without)
            .ShouldMatch(
                "'rhymes' will not be there: .* The Python image '\\w+' has it: \"python\": \"\\w+\" in the config."
            );
        with.Rules.ShouldNotContain("import-missing");
        MissingImport(lacking)
            .ShouldStartWith("'meters' is not in the Python image 'words'. Make another that has it: ");
        MissingImport(nowhere).ShouldContain("A Python image can bring it: p38 python add NAME meters, then ");
        unknown.ShouldBeProblem(422, "There is no Python image 'nothing' here.");
    }

    [Fact]
    public async Task Add_LeavesNothing_WhenItFails()
    {
        var missing = await AddAsync("sad", "rhymes", "nowhere-to-be-found");
        var builds = System.IO.Path.Join(_wheels, "builds-1.0.tar.gz");
        await File.WriteAllTextAsync(builds, "its setup would be executed", TestContext.Current.CancellationToken);
        var source = await AddAsync("sad", "builds");

        missing.ShouldBeProblem(422, "The Python image 'sad' was not made. pip failed: ");
        missing.Detail.ShouldContain("No matching distribution found for nowhere-to-be-found");
        missing.Detail.ShouldContain("name a folder of wheels with --find-links");
        source.ShouldBeProblem(422, "No matching distribution found for builds");
        Directory.EnumerateFileSystemEntries(Pythons, "*sad*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Add_IsRefused_WhenThereIsOneOfThatName()
    {
        (await AddAsync("twice", "rhymes")).Status.ShouldBe(201);

        (await AddAsync("twice", "rhymes")).ShouldBeProblem(409, "There is a Python image 'twice' already");
    }

    [Theory]
    [InlineData("--index-url=http://evil.example")]
    [InlineData("-rrequirements.txt")]
    [InlineData("git+https://evil.example/x")]
    [InlineData("rhymes @ file:///tmp/x.tar.gz")]
    [InlineData("./rhymes")]
    [InlineData("/tmp/rhymes.whl")]
    [InlineData("rhymes; python_version > '3'")]
    [InlineData("rhymes\n--pre")]
    [InlineData("")]
    public async Task Add_IsRefused_WhenItIsNoNameOfAPackage(string package)
    {
        var answer = await AddAsync("odd", package);

        answer.ShouldBeProblem(422, "write names with or without versions");
        answer.WrongFields.ShouldBe(["packages"]);
    }

    [Fact]
    public async Task Add_NamesEveryFieldThatIsWrong()
    {
        var answer = await Server.PostAsync(
            Path,
            new JsonObject
            {
                ["name"] = "../up",
                ["packages"] = new JsonArray(),
                ["find_links"] = "wheels",
            }
        );

        answer.ShouldBeProblem(422, "name is '../up'; write 1 to 40 of a-z");
        answer.WrongFields.ShouldBe(["find_links", "name", "packages"]);
    }

    private static string MissingImport(Answer answer) =>
        answer
            .Body.GetProperty("findings")
            .EnumerateArray()
            .Single(finding => finding.GetProperty("rule").GetString() == "import-missing")
            .GetProperty("message")
            .GetString()!;

    private Task<Answer> AddAsync(string name, params string[] packages) =>
        Server.PostAsync(
            Path,
            new JsonObject
            {
                ["name"] = name,
                ["packages"] = new JsonArray([.. packages.Select(package => JsonValue.Create(package))]),
                ["find_links"] = _wheels,
            }
        );

    private Task<Answer> CheckAsync(string code, string? python) =>
        Server.PostAsync("/api/check", new JsonObject { ["code"] = code, ["python"] = python });

    private Task<Answer> PutConfigAsync(long id, JsonObject config) =>
        Server.PutAsync($"/api/agents/{id}", new JsonObject { ["config"] = config });

    private async Task<JsonElement> VersionAsync(long id, int number) =>
        (await Server.GetAsync($"/api/agents/{id}/versions/{number}")).Body;

    private async Task<string?> RunAsync(long id)
    {
        var ran = await Server.PostAsync($"/api/agents/{id}/execute");
        ran.Body.GetProperty("status").GetString().ShouldBe("completed", ran.Text);
        return ran.Body.GetProperty("result").GetString();
    }
}
