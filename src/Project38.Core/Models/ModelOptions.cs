using System.ComponentModel.DataAnnotations;

namespace Project38.Core.Models;

/// <summary>Who makes the model that writes agents.</summary>
public enum ModelProvider
{
    /// <summary>Anthropic's Claude. Key: <c>ANTHROPIC_API_KEY</c>.</summary>
    Claude,

    /// <summary>OpenAI, or any server that speaks its API. Key: <c>OPENAI_API_KEY</c>.</summary>
    OpenAI,

    /// <summary>Google's Gemini, by its OpenAI-compatible endpoint. Key: <c>GEMINI_API_KEY</c>.</summary>
    Gemini,

    /// <summary>Ollama on one's own machine. Needs no key.</summary>
    Ollama,
}

/// <summary>The model that writes agents, and how far a call of it may go.</summary>
public sealed class ModelOptions
{
    /// <summary>Default: <see cref="ModelProvider.Claude"/>.</summary>
    public ModelProvider Provider { get; set; } = ModelProvider.Claude;

    /// <summary>The model's name at its provider. Default: null, that of <see cref="ModelDefaults"/>; only Claude has one.</summary>
    public string? Model { get; set; }

    /// <summary>A model of the same provider to go to when the first does not get a program right. Default: null, none.</summary>
    public string? FallbackModel { get; set; }

    /// <summary>Where the API is. Default: null, the provider's own address.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>A file that holds the key alone, for when the environment has none. Default: null.</summary>
    public string? KeyFile { get; set; }

    /// <summary>A JSON file with prices beside or instead of ours; see <see cref="ModelPrices"/>. Default: null.</summary>
    public string? PricesFile { get; set; }

    /// <summary>Models that may be used though nobody knows their price; their calls count as free. Default: none.</summary>
    public IReadOnlyList<string> AllowedWithoutPrice { get; set; } = [];

    /// <summary>Whether answers come as a stream, so that progress shows. Default: true.</summary>
    public bool Stream { get; set; } = true;

    /// <summary>Most tokens of one answer, thinking included. Default: 32,000.</summary>
    [Range(1_000, 128_000)]
    public int MaxOutputTokens { get; set; } = 32_000;

    /// <summary>Tokens that a model of Ollama keeps in mind, prompt and answer together; others ignore it. Default: 65,536.</summary>
    /// <remarks>Ollama's own default is a few thousand, and it cuts what is longer without a word.</remarks>
    [Range(8_192, 1_048_576)]
    public int ContextTokens { get; set; } = 65_536;

    /// <summary>How long one call may take, retries included. Default: 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a call is tried again after 429, 5xx, 529 or a refused connection. Default: 4.</summary>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 4;

    /// <summary>The longest delay of the server's that is waited for; beyond it the call fails. Default: 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>What each provider has when nothing is said.</summary>
/// <param name="Model">The model; null: it has to be named.</param>
/// <param name="BaseAddress">Where its API is.</param>
/// <param name="KeyVariable">The environment variable of its key; null: it needs none.</param>
public sealed record ModelDefaults(string? Model, Uri BaseAddress, string? KeyVariable)
{
    /// <summary>The defaults of a provider.</summary>
    /// <remarks>Claude Sonnet 5.5 is the successor that its maker names for Sonnet 4.5, which retires on 2026-11-30.</remarks>
    public static ModelDefaults Of(ModelProvider provider) =>
        provider switch
        {
            ModelProvider.Claude => new("claude-sonnet-5-5", new Uri("https://api.anthropic.com"), "ANTHROPIC_API_KEY"),
            ModelProvider.OpenAI => new(null, new Uri("https://api.openai.com/v1"), "OPENAI_API_KEY"),
            ModelProvider.Gemini => new(
                null,
                new Uri("https://generativelanguage.googleapis.com/v1beta/openai"),
                "GEMINI_API_KEY"
            ),
            ModelProvider.Ollama => new(null, new Uri("http://127.0.0.1:11434"), null),
            _ => throw new ArgumentOutOfRangeException(nameof(provider)),
        };
}
