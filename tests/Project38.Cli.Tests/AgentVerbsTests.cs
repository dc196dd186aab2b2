using System.Text.Json;
using Project38.Testing;

namespace Project38.Cli.Tests;

/// <summary>Each verb as its user calls it, from a sentence to the end of the agent.</summary>
public sealed class AgentVerbsTests(Service service) : IClassFixture<Service>
{
    private const string Sentence = "Every day at 8 add up expenses.csv and tell me when the total passes 1000";
    private static readonly string _expenses = Repository.Folder("examples", "expenses.csv");

    private readonly P38 _p38 = service.P38;

    [Fact]
    public async Task Create_ShowsEachStepOnStandardErrorAndTheResultOnOutput_WhenItRuns()
    {
        var ended = await _p38.RunAsync("create", Sentence, "--file", _expenses, "--run");

        ended.ExitCode.ShouldBe(ExitCode.Ok, ended.Error);
        string[] steps = ["understood", "wrote", "checked", "tried", "granted", "put", "scheduled"];
        ended
            .Error.Split('\n')
            .Where(line => line.Length > 0 && line[0] != ' ')
            .Select(line => line.Split(' ')[0])
            .ShouldBe(steps);
        ended.Output.ShouldStartWith("ran ");
        ended.Output.ShouldContain("the total is 1,103.25");
        ended.Output.ShouldContain("\nAgent ");
    }

    [Fact]
    public async Task Verb_ListsTheAgentsOfOneName_WhenThereAreSeveral()
    {
        await _p38.DoneAsync("create", "Remind me every day at 8 to drink", "--name", "Twin");
        await _p38.DoneAsync("create", "Remind me every day at 9 to drink", "--name", "Twin");
        var twins = (await _p38.JsonAsync("list"))
            .EnumerateArray()
            .Where(agent => agent.GetProperty("name").GetString() == "Twin")
            .Select(agent => agent.GetProperty("id").GetInt64())
            .ToList();
        await _p38.DoneAsync("pause", $"{twins[1]}");

        var ended = await _p38.RunAsync("show", "Twin");

        ended.ExitCode.ShouldBe(ExitCode.Usage);
        ended.Error.ShouldStartWith("p38: 2 agents are called 'Twin'. Name one by its number:\n");
        ended.Error.ShouldContain($"{twins[0]}, active, made ");
        ended.Error.ShouldContain($"{twins[1]}, paused, made ");
    }

    [Fact]
    public async Task Create_SaysWhichFileItWillLookFor_WhenNoneOfThatNameWasPut()
    {
        var without = await _p38.RunAsync("create", Sentence);
        var other = await _p38.RunAsync(
            "create",
            Sentence.Replace("expenses.csv", "costs.csv", StringComparison.Ordinal),
            "--file",
            _expenses
        );
        var reminder = await _p38.RunAsync("create", "Remind me every day at 8 to drink");

        without.ExitCode.ShouldBe(ExitCode.Ok, without.Error);
        OnOneLine(without.Error).ShouldContain("missing expenses.csv, which it reads");
        OnOneLine(without.Error).ShouldContain("put expenses.csv");
        OnOneLine(other.Error).ShouldContain("missing costs.csv, which it reads");
        reminder.Error.ShouldNotContain("missing");
    }

    [Fact]
    public async Task Create_WritesNothingButJson_WhenItIsAskedFor()
    {
        var agent = await _p38.JsonAsync("create", Sentence, "--file", _expenses, "--run", "--lenient");

        agent.GetProperty("status").GetString().ShouldBe("active");
        agent.GetProperty("tests_passed").GetInt32().ShouldBeGreaterThan(0);
        agent.GetProperty("timezone").GetString().ShouldBe("Asia/Jerusalem");
    }

    [Fact]
    public async Task Run_SaysWhichNumberIsNone_BeforeAProgramTakesItForOne()
    {
        var agent = await _p38.JsonAsync("create", Sentence, "--file", _expenses);
        var id = $"{agent.GetProperty("id").GetInt64()}";

        var refused = await _p38.RunAsync("run", id, "--config", "threshold=abc");
        var ran = await _p38.RunAsync("run", id, "--config", "threshold=7.5");

        refused.ExitCode.ShouldBe(ExitCode.Refused);
        refused.Error.ShouldContain(
            "'threshold' would be 'abc', and this agent reckons with a number there. Give one, for example threshold=1000."
        );
        ran.ExitCode.ShouldBe(ExitCode.Ok, ran.Output + ran.Error);
    }

    [Fact]
    public async Task Create_AnswersInHebrew_WhenAskedInHebrew()
    {
        var said = await _p38.DoneAsync(
            "create",
            "כל יום ב-8 תסכם את expenses.csv ותודיע לי כשהסכום עובר 1000",
            "--file",
            _expenses,
            "--run"
        );

        said.ShouldContain("הסכום הכולל הוא 1,103.25");
    }

    [Fact]
    public async Task Create_GrantsTheFolderForReading_WhenOneIsGiven()
    {
        var folder = Directory.CreateDirectory(Path.Join(_p38.Folder, "books"));
        File.Copy(_expenses, Path.Join(folder.FullName, "expenses.csv"));

        var said = await _p38.DoneAsync(
            "create",
            Sentence.Replace("expenses.csv", "books/expenses.csv", StringComparison.Ordinal),
            "--folder",
            folder.FullName,
            "--run",
            "--name",
            "Books"
        );

        said.ShouldContain("1,103.25");
        (await _p38.DoneAsync("show", "Books")).ShouldContain(folder.FullName);
    }

    [Fact]
    public async Task Verbs_ServeOneAgentFromItsFirstRunToItsEnd()
    {
        var made = await _p38.JsonAsync("create", Sentence, "--file", _expenses, "--name", "Spendings");
        var id = made.GetProperty("id").GetRawText();
        await _p38.DoneAsync("inbox", "--limit", "1000");

        // By name, by number, and by a name that only comes near.
        var run = await _p38.JsonAsync("run", "Spendings");
        var task = run.GetProperty("task_id").GetInt64();
        (await _p38.DoneAsync("run", id)).ShouldContain("completed");
        var near = await _p38.RunAsync("show", "Spendngs");
        near.ExitCode.ShouldBe(ExitCode.NotFound);
        near.Error.ShouldContain("Did you mean 'Spendings' (");

        // What is known of it.
        var shown = await _p38.DoneAsync("show", "spendings");
        shown.ShouldContain("0 8 * * * (Asia/Jerusalem)");
        shown.ShouldContain("completed");
        (await _p38.DoneAsync("show", id, "--code")).ShouldContain("class Agent");
        (await _p38.DoneAsync("list")).ShouldContain("Spendings");
        (await _p38.JsonAsync("tasks", id, "--status", "completed")).GetArrayLength().ShouldBe(2);
        (await _p38.DoneAsync("logs", $"{task}")).ShouldContain("filesystem.read_text ok");
        (await _p38.DoneAsync("logs", "Spendings")).ShouldContain("succeeded");

        // What it said: new once, then read.
        (await _p38.DoneAsync("inbox", "--unread")).ShouldContain("1,103.25");
        (await _p38.DoneAsync("inbox", "--unread")).ShouldContain("Nothing unread.");
        (await _p38.JsonAsync("inbox"))[0].GetProperty("text").GetString()!.ShouldContain("1,103.25");

        // Its files.
        var more = _p38.NewFile("more.csv", "שלום\n");
        (await _p38.DoneAsync("files", id, "put", more)).ShouldContain("more.csv");
        (await _p38.DoneAsync("files", id)).ShouldContain("expenses.csv");
        (await _p38.DoneAsync("files", id, "get", "more.csv")).ShouldBe("שלום\n");
        var copy = Path.Join(_p38.Folder, "copy.csv");
        await _p38.DoneAsync("files", id, "get", "more.csv", "--output", copy);
        (await File.ReadAllTextAsync(copy, TestContext.Current.CancellationToken)).ShouldBe("שלום\n");
        var missing = await _p38.RunAsync("files", id, "get", "nothing.csv", "--output", copy);
        missing.ExitCode.ShouldBe(ExitCode.NotFound, missing.Error);
        (await File.ReadAllTextAsync(copy, TestContext.Current.CancellationToken)).ShouldBe("שלום\n");
        var outside = await _p38.RunAsync("files", id, "get", "../../token");
        outside.ExitCode.ShouldBeOneOf(ExitCode.Refused, ExitCode.NotFound);
        outside.Output.ShouldBeEmpty();

        // Its schedule, and its end.
        (await _p38.DoneAsync("pause", id)).ShouldContain("is paused");
        (await _p38.DoneAsync("list")).ShouldContain("paused");
        (await _p38.DoneAsync("resume", "Spendings")).ShouldContain("is active, next ");
        var unsure = await _p38.RunAsync("delete", id);
        unsure.ExitCode.ShouldBe(ExitCode.Refused);
        (await _p38.DoneAsync("delete", "Spendings", "--yes")).ShouldContain("is deleted");
        (await _p38.DoneAsync("list")).ShouldNotContain("Spendings");
        (await _p38.RunAsync("show", id)).ExitCode.ShouldBe(ExitCode.NotFound);
    }

    [Fact]
    public async Task Doctor_EndsWell_WhenAllIsThere()
    {
        var report = await _p38.JsonAsync("doctor");

        report.GetProperty("works").GetBoolean().ShouldBeTrue();
        report
            .GetProperty("facts")
            .EnumerateArray()
            .Select(fact => fact.GetProperty("name").GetString())
            .ShouldContain("ruff");
    }

    [Fact]
    public async Task Doctor_EndsWithFailureAndAdvice_WhenSomethingEssentialIsMissing()
    {
        _p38.Environment["P38_RUFF"] = _p38.Folder;

        var ended = await _p38.RunAsync("doctor");
        _p38.Environment.Remove("P38_RUFF"); // The other tests of the class call the same command.

        ended.ExitCode.ShouldBe(ExitCode.Unexpected, ended.Output);
        ended.Output.ShouldContain("ruff         no  not installed in");
        ended.Output.ShouldContain("P38_RUFF");
    }

    [Fact]
    public async Task Import_MakesAnAgentThatRuns_WhenTheProgramKnowsNothingOfThePlatform()
    {
        var program = _p38.NewFile("plain.py", Programs.Plain);
        var tests = _p38.NewFile("test_plain.py", Programs.PlainTests);

        var tested = await _p38.RunAsync([
            "import",
            program,
            "--tests",
            tests,
            "--lenient",
            "--run",
            "--config",
            "{\"word\": \"good\"}",
        ]);
        var untested = await _p38.RunAsync("import", program, "--lenient", "--run", "--name", "Untested");

        tested.ExitCode.ShouldBe(ExitCode.Ok, tested.Error);
        tested.Error.ShouldContain("1 of 1 test passed");
        tested.Output.ShouldContain("{\"said\":\"good\"}");
        untested.ExitCode.ShouldBe(ExitCode.Ok, untested.Error);
        untested.Error.ShouldContain("without tests");
        untested.Output.ShouldContain("{\"said\":\"hello\"}");
        (await _p38.DoneAsync("show", "plain", "--code")).ShouldContain("class Agent:");
    }

    [Fact]
    public async Task Verbs_TakeAnAtSignAsItIsWritten()
    {
        var program = _p38.NewFile("daily.py", Programs.Plain);
        _p38.NewFile("config.json", "{\"word\": \"from a file\"}");

        var agent = await _p38.JsonAsync(
            "import",
            program,
            "--lenient",
            "--schedule",
            "@daily",
            "--config",
            "@config.json"
        );
        var run = await _p38.JsonAsync("run", agent.GetProperty("id").GetRawText(), "--config", "@config.json");
        var sentence = await _p38.RunAsync("create", "@dana sing me a song about the sea every day at 8");
        var missing = await _p38.RunAsync("run", "daily", "--config", "@missing.json");

        agent.GetProperty("schedule").GetString().ShouldBe("@daily");
        run.GetProperty("result").GetProperty("said").GetString().ShouldBe("from a file");
        sentence.ExitCode.ShouldBe(ExitCode.Refused, sentence.Error);
        missing.ExitCode.ShouldBe(ExitCode.Usage);
        missing.Error.ShouldContain("There is no file 'missing.json'");
    }

    [Fact]
    public async Task Create_ShowsTheOneMoment_WhenAReminderComesOnce()
    {
        var made = await _p38.RunAsync("create", "Remind me tomorrow at 8 to call Dana", "--name", "Call Dana");
        var listed = await _p38.DoneAsync("list");

        made.ExitCode.ShouldBe(ExitCode.Ok, made.Error);
        made.Error.ShouldMatch(@"scheduled +once, on \d+ \w+ \d+ at 08:00 \(Asia/Jerusalem\)");
        listed.ShouldMatch(@"Call Dana .* once, on \d+ \w+ \d+ at 08:00\n");
    }

    [Fact]
    public async Task Create_WarnsThatAHostWillBeRefused_WhenItIsPrivate()
    {
        var made = await _p38.RunAsync(
            "create",
            "Every 5 minutes check http://127.0.0.1:8038/ and tell me when it is down"
        );

        made.ExitCode.ShouldBe(ExitCode.Ok, made.Error);
        made.Error.ShouldContain("warning: 127.0.0.1:8038 is a private address");
        made.Error.ShouldContain("P38_ALLOWED_PRIVATE_HOSTS");
    }

    [Fact]
    public async Task Run_ShowsTheFirstOfManyMessages_WhenTheAgentSaysALot()
    {
        var program = _p38.NewFile(
            "chatty.py",
            """
            from p38 import tools


            class Agent:
                def __init__(self, config):
                    self.count = config.get("count", 0)

                async def execute(self):
                    for at in range(self.count):
                        await tools.notifications.send(f"{at} " + "x" * 3000)
                    return {"status": "success", "result": {}}

            """
        );
        var id = (await _p38.JsonAsync("import", program, "--lenient")).GetProperty("id").GetRawText();

        var some = await _p38.DoneAsync("run", id, "--config", "count=23");
        var tooMany = await _p38.RunAsync("run", id, "--config", "{\"count\": 101}");

        some.Split('\n').Count(line => line.StartsWith("said", StringComparison.Ordinal)).ShouldBe(20);
        some.Split('\n').ShouldAllBe(line => line.Length < 1100);
        some.ShouldContain("and 3 more. All of it: p38 logs ");
        tooMany.ExitCode.ShouldBe(ExitCode.FailedRun, tooMany.Error);
        tooMany.Output.ShouldContain("called notifications.send 100 times, which is the most");
    }

    [Fact]
    public async Task Import_PutsItOnASchedule_WhenOneIsGiven()
    {
        var program = _p38.NewFile("nightly.py", Programs.Plain);

        var agent = await _p38.JsonAsync("import", program, "--lenient", "--schedule", "0 8 * * *");

        agent.GetProperty("schedule").GetString().ShouldBe("0 8 * * *");
        agent.GetProperty("timezone").GetString().ShouldBe("Asia/Jerusalem");
        agent.GetProperty("next_fire").ValueKind.ShouldBe(JsonValueKind.String);
    }

    private static string OnOneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
