using System.ClientModel;
using System.ClientModel.Primitives;
using Anthropic;
using Anthropic.Core;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Project38.Core.Models;

/// <summary>Makes the <see cref="IChatClient"/> of each provider over one HTTP client.</summary>
internal static class ModelClients
{
    /// <summary>A client of one model, which the caller disposes; the HTTP client stays.</summary>
    /// <param name="options">The provider, and where it is.</param>
    /// <param name="model">The model's name at its provider.</param>
    /// <param name="key">Null for a provider that needs none.</param>
    /// <param name="http">Retries and time limits are its own and the caller's.</param>
    public static IChatClient Create(ModelOptions options, string model, string? key, HttpClient http)
    {
        var address = options.BaseAddress ?? ModelDefaults.Of(options.Provider).BaseAddress;
        return options.Provider switch
        {
            ModelProvider.Claude => Claude(address, model, key!, http),
            ModelProvider.OpenAI or ModelProvider.Gemini => OpenAI(address, model, key!, http),
            ModelProvider.Ollama => new OllamaChat(http, address, model, options.ContextTokens),
            _ => throw new ArgumentOutOfRangeException(nameof(options)),
        };
    }

    private static IChatClient Claude(Uri address, string model, string key, HttpClient http)
    {
        var client = new AnthropicClient(
            new ClientOptions
            {
                ApiKey = key,
                // Or a token of the environment would go along, which the library refuses.
                AuthToken = null,
                BaseUrl = address.ToString().TrimEnd('/'),
                HttpClient = http,
                MaxRetries = 0,
                Timeout = System.Threading.Timeout.InfiniteTimeSpan,
            }
        );
        return client.AsIChatClient(model);
    }

    private static IChatClient OpenAI(Uri address, string model, string key, HttpClient http) => new OpenAIClient(
            new ApiKeyCredential(key),
            new OpenAIClientOptions
            {
                Endpoint = address,
                Transport = new HttpClientPipelineTransport(http),
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
                NetworkTimeout = System.Threading.Timeout.InfiniteTimeSpan,
            }
        ).GetChatClient(model).AsIChatClient();
}
