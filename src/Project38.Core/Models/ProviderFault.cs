using System.ClientModel;
using System.Text.Json;
using Anthropic.Exceptions;

namespace Project38.Core.Models;

/// <summary>What a provider's library threw, in our words.</summary>
/// <param name="Failure">The kind.</param>
/// <param name="Message">For the user: what, why, what to do.</param>
/// <param name="MayCost">Whether the provider may have done the work all the same, and charge for it.</param>
internal sealed record ProviderFault(ModelFailure Failure, string Message, bool MayCost)
{
    private const int MaxQuote = 300;

    /// <summary>Reads an exception; null when it is none that a provider or its library can be behind.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="options">Whose address it was.</param>
    /// <param name="model">The model that was asked.</param>
    /// <param name="key">The key that was sent; null: none.</param>
    /// <param name="spoke">Whether a part of an answer came before.</param>
    public static ProviderFault? Of(
        Exception exception,
        ModelOptions options,
        string model,
        ModelKey? key,
        bool spoke
    ) =>
        exception switch
        {
            AnthropicApiException { StatusCode: var status } api => OfStatus(
                (int)status,
                api.ApiMessage,
                options,
                model,
                key
            ),
            ClientResultException { Status: > 0 and var status } api => OfStatus(
                status,
                ErrorBody.MessageOf(api.GetRawResponse()?.Content) ?? api.Message,
                options,
                model,
                key
            ),
            OllamaException { Status: { } status } ollama => OfStatus(status, ollama.Message, options, model, key),
            AnthropicSseException or OllamaException => new(
                ModelFailure.Unavailable,
                $"{options.Provider} broke off its answer with an error of its own.{Said(exception)} Try again later.",
                MayCost: true
            ),
            HttpRequestException or IOException or AnthropicIOException or ClientResultException => new(
                ModelFailure.ConnectionLost,
                $"{options.Provider} at {AddressOf(options)} cannot be reached, or the connection broke: "
                    + $"{Quote((exception.InnerException ?? exception).Message)} Try again, or set P38_MODEL_URL.",
                MayCost: !NeverArrived(exception)
            ),

            // What the libraries throw on an answer that they cannot read, each in its way.
            AnthropicException
            or JsonException
            or FormatException
            or ArgumentException
            or KeyNotFoundException
            or InvalidOperationException
            or NotSupportedException => spoke
                ? new(
                    ModelFailure.Unavailable,
                    $"{options.Provider} broke off its answer with something that cannot be read. Try again later.",
                    MayCost: true
                )
                : new(
                    ModelFailure.ConnectionLost,
                    $"{options.Provider} at {AddressOf(options)} answered something that is not its API. Set P38_MODEL_URL.",
                    MayCost: true
                ),
            _ => null,
        };

    private static ProviderFault OfStatus(int status, string? said, ModelOptions options, string model, ModelKey? key)
    {
        var quote = string.IsNullOrWhiteSpace(said) ? "" : $" It says: {Quote(said)}";
        return status switch
        {
            401 or 403 => KeyRejected(),

            // Gemini calls a wrong key a wrong argument.
            400 when said?.Contains("API key", StringComparison.OrdinalIgnoreCase) == true => KeyRejected(),
            404 => new(
                ModelFailure.NoSuchModel,
                $"{options.Provider} at {AddressOf(options)} has no model {model}.{quote} Set P38_MODEL.",
                MayCost: false
            ),
            429 or >= 500 => new(
                ModelFailure.Unavailable,
                $"{options.Provider} is busy or broken ({status}), and was asked again {options.MaxRetries} times or asks "
                    + $"to wait too long.{quote} Try again later.",
                MayCost: false
            ),
            _ => new(
                ModelFailure.RequestRejected,
                $"{options.Provider} does not take the request ({status}).{quote}",
                MayCost: false
            ),
        };

        ProviderFault KeyRejected() =>
            new(
                ModelFailure.KeyRejected,
                $"{options.Provider} does not take the key ({status}).{quote} "
                    + (key is null ? "Look at what stands before it." : $"Look at {key.Place}."),
                MayCost: false
            );
    }

    private static Uri AddressOf(ModelOptions options) =>
        options.BaseAddress ?? ModelDefaults.Of(options.Provider).BaseAddress;

    /// <summary>Whether there was no connection at all, so that nothing can have been done.</summary>
    private static bool NeverArrived(Exception? exception) =>
        exception is not null
        && (
            exception is HttpRequestException http
                ? ModelHttp.NeverArrived(http)
                : NeverArrived(exception.InnerException)
        );

    private static string Said(Exception exception) =>
        exception is OllamaException ? $" It says: {Quote(exception.Message)}" : "";

    // On one line and not too long: it is somebody else's text.
    private static string Quote(string said)
    {
        var line = string.Join(' ', said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = line.Length <= MaxQuote ? line : line[..MaxQuote] + "…";
        return line.EndsWith('.') || line.EndsWith('…') ? line : line + ".";
    }
}
