using System.Net;
using Project38.Core.Agents;
using Project38.Core.Models;
using Project38.Core.Storage;
using Project38.Sandbox;
using Project38.Server.Telemetry;

namespace Project38.Server;

/// <summary>What this process is and where it listens. Read from the environment, which is all its configuration.</summary>
internal sealed record ServerOptions
{
    /// <summary>The port of <c>p38 up</c> when <c>P38_PORT</c> says nothing.</summary>
    public const int DefaultPort = 8038;

    /// <summary>What a token may send when <c>P38_REQUESTS_PER_SECOND</c> says nothing.</summary>
    public const int DefaultRequestsPerSecond = 2000;

    /// <summary>What the process is for. Default: <see cref="ServerMode.Up"/>.</summary>
    public ServerMode Mode { get; init; } = ServerMode.Up;

    /// <summary>
    /// <c>P38_ROLES</c>, by comma: what this node does beside answering requests, of <c>scheduler</c> and <c>worker</c>;
    /// <c>api</c> stands for answering them. Default: everything. An embedded server is a worker.
    /// </summary>
    public NodeRoles Roles { get; init; } = NodeRoles.Scheduler | NodeRoles.Worker;

    /// <summary><c>P38_LABELS</c>, by comma: what this worker is labelled with. Default: nothing.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary><c>P38_SLOTS</c>: runs at one time on this node, 1 to 1024. Default: null, 5.</summary>
    public int? Slots { get; init; }

    /// <summary><c>P38_HOME</c>: data, token, <c>server.json</c>. Default: <c>~/.p38</c>.</summary>
    public required string Home { get; init; }

    /// <summary><c>DATABASE_URL</c>: PostgreSQL. Default: null, SQLite in <see cref="Home"/>.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>
    /// <c>P38_LISTEN_URL</c>: PostgreSQL without the pooler of transactions that <c>DATABASE_URL</c> leads through, for
    /// <c>LISTEN</c>. Default: null, <see cref="DatabaseUrl"/>.
    /// </summary>
    public string? ListenUrl { get; init; }

    /// <summary><c>P38_BIND</c>: the address to listen on. Default: loopback only.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary><c>P38_PORT</c>. Default: 8038; 0, any free one, for an embedded server.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary><c>P38_ALLOWED_HOSTS</c>, by comma: names this server is called by, beside loopback and its address.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary><c>P38_ALLOWED_PRIVATE_HOSTS</c>, by comma: private hosts that agents may reach. Default: none.</summary>
    public IReadOnlyList<string> AllowedPrivateHosts { get; init; } = [];

    /// <summary><c>P38_SANDBOX</c>: at most this level is used, for tests. Default: the best that works.</summary>
    public SandboxLevel MaxSandboxLevel { get; init; } = SandboxLevel.Vm;

    /// <summary><c>P38_SANDBOX_LEAST</c>: below this level nothing runs. Default: <c>no-cgroup</c>.</summary>
    public SandboxLevel MinSandboxLevel { get; init; } = SandboxLevel.NoCgroup;

    /// <summary><c>P38_SANDBOX_RUNSC</c>: gVisor's <c>runsc</c>, absolute, for level <c>vm</c>. Default: null, none.</summary>
    public string? RunscPath { get; init; }

    /// <summary><c>P38_RUFF</c>: the folder with ruff's sidecar. Default: null, beside the program.</summary>
    public string? RuffFolder { get; init; }

    /// <summary>
    /// The model that writes agents: <c>P38_MODEL_PROVIDER</c> (claude, openai, gemini, ollama), <c>P38_MODEL</c>,
    /// <c>P38_MODEL_FALLBACK</c>, <c>P38_MODEL_URL</c>, <c>P38_MODEL_KEY_FILE</c>, <c>P38_PRICES</c>,
    /// <c>P38_MODEL_CONTEXT</c>, and <c>P38_MODEL_WITHOUT_PRICE</c>, by comma. Default: Claude, with the key of
    /// <c>ANTHROPIC_API_KEY</c>.
    /// </summary>
    public ModelOptions Model { get; init; } = new();

    /// <summary>Where the models' keys are read. Default: nowhere.</summary>
    public ModelEnvironment Keys { get; init; } = new(_ => null);

    /// <summary><c>P38_MASTER_KEY</c>: the key of all secrets, 32 bytes in base64. Default: null, a file of the home.</summary>
    public string? MasterKey { get; init; }

    /// <summary><c>P38_MASTER_KEY_FILE</c>: a file that holds it, for several nodes on one database. Default: null.</summary>
    public string? MasterKeyFile { get; init; }

    /// <summary><c>P38_REQUESTS_PER_SECOND</c>: what a token may send, 10 to 1,000,000. Default: 2000.</summary>
    public int RequestsPerSecond { get; init; } = DefaultRequestsPerSecond;

    /// <summary>Traces, metrics and the log's form: <c>P38_TELEMETRY</c>, <c>P38_METRICS</c>, <c>P38_LOG_FORMAT</c>.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>How long a client may take for a request's head, and fall behind 1 KB/s in its body. Default: 10 s.</summary>
    public TimeSpan ClientPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Stop when standard input ends: the <c>p38 up</c> that started this is gone.</summary>
    public bool StopWithInput { get; init; }

    /// <summary>Reads arguments and environment.</summary>
    /// <exception cref="StartRefusedException">Something there is wrong; the message names the key.</exception>
    public static ServerOptions Read(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var mode = (arguments.Count > 0 ? arguments[0] : null) switch
        {
            null or "up" => ServerMode.Up,
            "embedded" => ServerMode.Embedded,
            var other => throw new StartRefusedException($"Unknown mode '{other}'. Use 'up' or 'embedded'."),
        };
        return new ServerOptions
        {
            Mode = mode,
            Roles = mode == ServerMode.Embedded ? NodeRoles.Worker : ReadRoles(environment("P38_ROLES")),
            Labels = ReadLabels(environment("P38_LABELS")),
            Slots = ReadSlots(environment("P38_SLOTS")),
            Home = ReadHome(environment("P38_HOME")),
            DatabaseUrl = NullIfEmpty(environment("DATABASE_URL")),
            ListenUrl = ReadListenUrl(NullIfEmpty(environment("P38_LISTEN_URL"))),
            Bind = ReadBind(environment("P38_BIND")),
            Port = mode == ServerMode.Embedded ? 0 : ReadPort(environment("P38_PORT")),
            AllowedHosts = ReadList(environment("P38_ALLOWED_HOSTS")),
            AllowedPrivateHosts = ReadList(environment("P38_ALLOWED_PRIVATE_HOSTS")),
            MaxSandboxLevel = ReadLevel("P38_SANDBOX", environment) ?? SandboxLevel.Vm,
            MinSandboxLevel = ReadLevel("P38_SANDBOX_LEAST", environment) ?? SandboxLevel.NoCgroup,
            RunscPath = ReadRunsc(NullIfEmpty(environment("P38_SANDBOX_RUNSC"))),
            RuffFolder = NullIfEmpty(environment("P38_RUFF")),
            Model = ReadModel(environment),
            Keys = new ModelEnvironment(environment),
            RequestsPerSecond = ReadRate(environment("P38_REQUESTS_PER_SECOND")),
            MasterKey = NullIfEmpty(environment("P38_MASTER_KEY")),
            MasterKeyFile = NullIfEmpty(environment("P38_MASTER_KEY_FILE")),
            Telemetry = TelemetryOptions.Read(environment),
            StopWithInput = arguments.Contains("--stop-with-input"),
        };
    }

    private static string ReadHome(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return user.Length > 0
                ? Path.Join(user, ".p38")
                : throw new StartRefusedException("There is no home directory. Set P38_HOME to a folder of your own.");
        }

        return Path.IsPathFullyQualified(value)
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(value))
            : throw new StartRefusedException($"P38_HOME is '{value}', which is not absolute. Give the whole path.");
    }

    private static NodeRoles ReadRoles(string? value) =>
        ReadList(value) is { Length: > 0 } roles
            ? roles.Aggregate(
                NodeRoles.Api,
                (all, role) =>
                    all
                    | role switch
                    {
                        "api" => NodeRoles.Api,
                        "scheduler" => NodeRoles.Scheduler,
                        "worker" => NodeRoles.Worker,
                        _ => throw new StartRefusedException(
                            $"P38_ROLES names '{role}'. Use some of api, scheduler and worker, by comma, or leave it out."
                        ),
                    }
            )
            : NodeRoles.Scheduler | NodeRoles.Worker;

    // Not said: it may hold a password.
    private static string? ReadListenUrl(string? value)
    {
        try
        {
            _ = value is null ? null : Core.Storage.DatabaseUrl.Parse(value);
            return value;
        }
        catch (StorageException)
        {
            throw new StartRefusedException(
                "P38_LISTEN_URL cannot be read. Write it as DATABASE_URL, postgresql://USER:PASSWORD@HOST/DATABASE."
            );
        }
    }

    private static string[] ReadLabels(string? value)
    {
        string[] labels = [.. ReadList(value).Distinct().Order()];
        return labels.Length <= WorkerLabels.Most && labels.All(WorkerLabels.IsOne)
            ? labels
            : throw new StartRefusedException(
                $"P38_LABELS is '{value}'. Use at most {WorkerLabels.Most} labels by comma, {WorkerLabels.Form}."
            );
    }

    private static int? ReadSlots(string? value) =>
        value switch
        {
            null or "" => null,
            _ when int.TryParse(value, out var slots) && slots is >= 1 and <= 1024 => slots,
            _ => throw new StartRefusedException($"P38_SLOTS is '{value}'. Use a number of runs from 1 to 1024."),
        };

    private static IPAddress ReadBind(string? value) =>
        value switch
        {
            null or "" or "localhost" => IPAddress.Loopback,
            _ when IPAddress.TryParse(value, out var address) => address,
            _ => throw new StartRefusedException(
                $"P38_BIND is '{value}', which is no IP address. Use 127.0.0.1, or 0.0.0.0 for every interface."
            ),
        };

    private static int ReadPort(string? value) =>
        value switch
        {
            null or "" => DefaultPort,
            _ when ushort.TryParse(value, out var port) => port,
            _ => throw new StartRefusedException(
                $"P38_PORT is '{value}'. Use a number from 0 (any free one) to 65535."
            ),
        };

    private static int ReadRate(string? value) =>
        value switch
        {
            null or "" => DefaultRequestsPerSecond,
            _ when int.TryParse(value, out var rate) && rate is >= 10 and <= 1_000_000 => rate,
            _ => throw new StartRefusedException(
                $"P38_REQUESTS_PER_SECOND is '{value}'. Use a number from 10 to 1000000."
            ),
        };

    private static SandboxLevel? ReadLevel(string name, Func<string, string?> environment) =>
        environment(name) switch
        {
            null or "" => null,
            "vm" => SandboxLevel.Vm,
            "full" => SandboxLevel.Full,
            "no-cgroup" => SandboxLevel.NoCgroup,
            "degraded" => SandboxLevel.Degraded,
            var value => throw new StartRefusedException(
                $"{name} is '{value}'. Use 'vm', 'full', 'no-cgroup' or 'degraded', or leave it out."
            ),
        };

    // Whether it is there, and contains anything, is for the probe to say.
    private static string? ReadRunsc(string? value) =>
        value is null || Path.IsPathFullyQualified(value)
            ? value
            : throw new StartRefusedException(
                $"P38_SANDBOX_RUNSC is '{value}', which is not absolute. Give the whole path, or leave it out."
            );

    private static ModelOptions ReadModel(Func<string, string?> environment) =>
        new()
        {
            Provider = environment("P38_MODEL_PROVIDER") switch
            {
                null or "" or "claude" => ModelProvider.Claude,
                "openai" => ModelProvider.OpenAI,
                "gemini" => ModelProvider.Gemini,
                "ollama" => ModelProvider.Ollama,
                var other => throw new StartRefusedException(
                    $"P38_MODEL_PROVIDER is '{other}'. Use claude, openai, gemini or ollama, or leave it out."
                ),
            },
            Model = NullIfEmpty(environment("P38_MODEL")),
            FallbackModel = NullIfEmpty(environment("P38_MODEL_FALLBACK")),
            BaseAddress = ReadUrl("P38_MODEL_URL", environment("P38_MODEL_URL")),
            KeyFile = NullIfEmpty(environment("P38_MODEL_KEY_FILE")),
            PricesFile = NullIfEmpty(environment("P38_PRICES")),
            AllowedWithoutPrice = ReadList(environment("P38_MODEL_WITHOUT_PRICE")),
            ContextTokens = ReadContext(environment("P38_MODEL_CONTEXT")),
        };

    private static int ReadContext(string? value) =>
        string.IsNullOrWhiteSpace(value) ? new ModelOptions().ContextTokens
        : int.TryParse(value, out var tokens) && tokens is >= 8_192 and <= 1_048_576 ? tokens
        : throw new StartRefusedException($"P38_MODEL_CONTEXT is '{value}'. Use a number from 8192 to 1048576.");

    private static Uri? ReadUrl(string name, string? value) =>
        string.IsNullOrWhiteSpace(value) ? null
        : Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
        : throw new StartRefusedException($"{name} is '{value}', which is no http or https address.");

    private static string[] ReadList(string? value) =>
        value?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static string? NullIfEmpty(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}

/// <summary>What a server process is for.</summary>
internal enum ServerMode
{
    /// <summary>The service: schedules fire, everything due runs, until it is stopped.</summary>
    Up,

    /// <summary>Behind a verb: nothing fires, only what is started by hand runs, gone when the last verb leaves.</summary>
    Embedded,
}

/// <summary>What a node does beside answering requests.</summary>
[Flags]
internal enum NodeRoles
{
    /// <summary>Nothing: every node answers.</summary>
    Api = 0,

    /// <summary>Turns due schedules into tasks.</summary>
    Scheduler = 1,

    /// <summary>Runs tasks.</summary>
    Worker = 2,
}

/// <summary>The server may not start as things are. The message is for a person: what, why, what to do.</summary>
internal sealed class StartRefusedException(string message, int exitCode = ExitCodes.Refused) : Exception(message)
{
    /// <summary>How the process ends.</summary>
    public int ExitCode { get; } = exitCode;
}

/// <summary>How the server's process ends, by <c>sysexits.h</c> where it has a word.</summary>
internal static class ExitCodes
{
    /// <summary>Stopped as asked.</summary>
    public const int Stopped = 0;

    /// <summary>Something failed that should not.</summary>
    public const int Failed = 1;

    /// <summary>Another server holds the home: whoever started this one can use that one.</summary>
    public const int HomeHeld = 75;

    /// <summary>Refused to start; the last line of standard error says why.</summary>
    public const int Refused = 78;
}
