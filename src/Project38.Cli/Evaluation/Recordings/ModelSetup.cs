namespace Project38.Cli.Evaluation.Recordings;

/// <summary>The model as the environment configures it, for the server that an evaluation starts.</summary>
internal static class ModelSetup
{
    private static readonly Dictionary<string, (string Address, string Key)> s_providers = new()
    {
        ["claude"] = ("https://api.anthropic.com", "ANTHROPIC_API_KEY"),
        ["openai"] = ("https://api.openai.com/v1", "OPENAI_API_KEY"),
        ["gemini"] = ("https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY"),
        ["ollama"] = ("http://127.0.0.1:11434", ""),
    };

    private static readonly string[] s_all =
    [
        "P38_MODEL_PROVIDER",
        "P38_MODEL",
        "P38_MODEL_FALLBACK",
        "P38_MODEL_URL",
        "P38_MODEL_KEY_FILE",
        "ANTHROPIC_API_KEY",
        "OPENAI_API_KEY",
        "GEMINI_API_KEY",
    ];

    /// <summary>The provider of the environment.</summary>
    public static string Provider => Read("P38_MODEL_PROVIDER") ?? "claude";

    /// <summary>Where the provider of the environment is.</summary>
    /// <exception cref="CliException">There is no such provider.</exception>
    public static Uri Address =>
        Read("P38_MODEL_URL") is { } url ? new Uri(url)
        : s_providers.TryGetValue(Provider, out var known) ? new Uri(known.Address)
        : throw new CliException(ExitCode.Usage, $"P38_MODEL_PROVIDER is '{Provider}', which is not known.");

    /// <summary>A variable; null: empty or not there.</summary>
    public static string? Read(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>No model at all: blueprints.</summary>
    public static Dictionary<string, string?> None() => s_all.ToDictionary(name => name, _ => (string?)null);

    /// <summary>The environment's model, asked by way of a recorder.</summary>
    public static Dictionary<string, string?> Through(string url) =>
        new() { ["P38_MODEL_URL"] = url + Address.AbsolutePath.TrimEnd('/') };

    /// <summary>A model that was recorded, answered by a recorder.</summary>
    public static Dictionary<string, string?> Replaying(Recording recording, string url)
    {
        if (!s_providers.TryGetValue(recording.Provider, out var known))
        {
            throw new CliException(
                ExitCode.Usage,
                $"The recording of '{recording.Brief}' is of the provider '{recording.Provider}', which is not known."
            );
        }
        var environment = None();
        environment["P38_MODEL_PROVIDER"] = recording.Provider;
        environment["P38_MODEL"] = recording.Model;
        environment["P38_MODEL_FALLBACK"] = recording.Fallback;
        environment["P38_MODEL_URL"] = url + new Uri(known.Address).AbsolutePath.TrimEnd('/');
        if (known.Key.Length > 0)
        {
            environment[known.Key] = "a-replay-needs-no-key";
        }
        return environment;
    }
}
