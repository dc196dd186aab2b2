using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Project38.Testing;

namespace Project38.Server.Tests.Api;

/// <summary>The table <c>requests.txt</c>, sent by curl: what anybody's script meets.</summary>
public abstract class CurlTable(ServerFixture fixture)
{
    private const string NoToken = "no token";

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task EveryRequest_IsAnswered_AsTheTableSays()
    {
        var rows = await RowsAsync();
        var bodies = Bodies();
        var folder = Directory.CreateTempSubdirectory("p38-curl-");
        var wrong = new List<string>();
        foreach (var row in rows)
        {
            var answer = await SendAsync(row, bodies, folder.FullName);
            if (answer.Status != row.Status || !answer.Text.Contains(row.Contains, StringComparison.Ordinal))
            {
                wrong.Add($"{row}\n  was {answer.Status}: {answer.Text[..Math.Min(600, answer.Text.Length)]}");
            }
            else if (row.Status >= 400 && answer.Text.Length > 0 && !answer.Text.Contains("\"detail\":"))
            {
                wrong.Add($"{row}\n  is no problem: {answer.Text}");
            }
        }
        folder.Delete(recursive: true);

        rows.Count.ShouldBeGreaterThan(150);
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    private async Task<List<Row>> RowsAsync()
    {
        var agent = await Server.ImportAsync(Programs.Counter);
        var ran = await Server.PostAsync($"/api/agents/{agent}/execute");
        var task = ran.Body.GetProperty("task_id").GetInt64();
        var table = await File.ReadAllTextAsync(
            Path.Join(Repository.Folder("tests"), "Project38.Server.Tests", "Api", "requests.txt"),
            TestContext.Current.CancellationToken
        );
        return
        [
            .. table
                .Replace("{agent}", agent.ToString(CultureInfo.InvariantCulture))
                .Replace("{task}", task.ToString(CultureInfo.InvariantCulture))
                .Split('\n')
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(Row.Parse),
        ];
    }

    private async Task<(int Status, string Text)> SendAsync(
        Row row,
        IReadOnlyDictionary<string, byte[]> bodies,
        string folder
    )
    {
        var start = new ProcessStartInfo("curl")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var (body, answer) = (Path.Join(folder, "body"), Path.Join(folder, "answer"));
        List<string> arguments =
        [
            "-s",
            "--path-as-is",
            "--max-time",
            "60",
            "-o",
            answer,
            "-w",
            "%{http_code}",
            "-X",
            row.Method,
        ];
        if (row.Body.Length > 0)
        {
            var bytes = row.Body[0] == '@' ? bodies[row.Body] : Encoding.UTF8.GetBytes(row.Body);
            await File.WriteAllBytesAsync(body, bytes, TestContext.Current.CancellationToken);
            arguments.AddRange(["--data-binary", $"@{body}"]);
            if (!row.Headers.Any(header => header.StartsWith("Content-Type", StringComparison.Ordinal)))
            {
                arguments.AddRange(["-H", "Content-Type: application/json"]);
            }
        }
        var token = Server.Http.DefaultRequestHeaders.Authorization!;
        if (
            !row.Headers.Any(header =>
                header is NoToken || header.StartsWith("Authorization", StringComparison.Ordinal)
            )
        )
        {
            arguments.AddRange(["-H", $"Authorization: {token}"]);
        }
        foreach (var header in row.Headers.Where(header => header != NoToken))
        {
            // curl leaves a header without a value out, unless it ends in ';'.
            arguments.AddRange([
                "-H",
                header.EndsWith(':') ? header.Replace(':', ';') : header.Replace("@256", new string('k', 256)),
            ]);
        }
        arguments.Add(Server.Running.Url + row.Path);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        File.Delete(answer);
        using var curl = Process.Start(start)!;
        var status = await curl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await curl.WaitForExitAsync(TestContext.Current.CancellationToken);
        var text = File.Exists(answer)
            ? await File.ReadAllTextAsync(answer, TestContext.Current.CancellationToken)
            : "";
        return (int.Parse(status, CultureInfo.InvariantCulture), text);
    }

    private static Dictionary<string, byte[]> Bodies()
    {
        var program = Programs.Import(Programs.Counter);
        var large = Programs.Import(new string('#', 1 << 20));
        return new Dictionary<string, byte[]>
        {
            ["@long"] = Text(new JsonObject { ["description"] = new string('a', 2001) }.ToJsonString()),
            ["@folders"] = Text(
                new JsonObject
                {
                    ["description"] = "Remind me every day at 9 to stretch",
                    ["folders"] = new JsonArray([.. Enumerable.Range(0, 21).Select(_ => JsonValue.Create("/tmp"))]),
                }.ToJsonString()
            ),
            ["@many-fields"] = Text(
                new JsonObject(
                    Enumerable.Range(0, 5000).Select(i => KeyValuePair.Create($"k{i}", (JsonNode?)i))
                ).ToJsonString()
            ),
            ["@deep"] = Text($"{{\"config\": {new string('[', 70)}{new string(']', 70)}}}"),
            ["@invalid-utf8"] = [.. Text("{\"description\": \""), 0xC3, 0x28, .. Text("\"}")],
            ["@utf-16"] = Encoding.Unicode.GetBytes("{\"description\": \"Remind me every day at 9\"}"),
            ["@bom-twice"] = Text("\uFEFF\uFEFF{}"),
            ["@too-large"] = Text($"{{\"description\": \"{new string('a', 17 << 20)}\"}}"),
            ["@11-mb"] = new byte[11 << 20],
            ["@program"] = Text(program.ToJsonString()),
            ["@code"] = Text(new JsonObject { ["code"] = Programs.Counter }.ToJsonString()),
            ["@program-of-1-mb"] = Text(large.ToJsonString()),
        };
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private sealed record Row(int Status, string Method, string Path, string[] Headers, string Body, string Contains)
    {
        public static Row Parse(string line)
        {
            var cells = line.Split(" |").Select(cell => cell.Trim()).ToArray();
            var request = cells[1].Split(' ', 2);
            return new Row(
                int.Parse(cells[0], CultureInfo.InvariantCulture),
                request[0],
                request[1],
                cells[2].Split(";;", StringSplitOptions.RemoveEmptyEntries),
                cells[3],
                cells[4]
            );
        }

        public override string ToString() => $"{Status} {Method} {Path} {string.Join(", ", Headers)} {Body}";
    }
}

public sealed class CurlTableOnSqlite(SqliteServerFixture server)
    : CurlTable(server),
        IClassFixture<SqliteServerFixture>;

public sealed class CurlTableOnPostgres(PostgresServerFixture server)
    : CurlTable(server),
        IClassFixture<PostgresServerFixture>;
