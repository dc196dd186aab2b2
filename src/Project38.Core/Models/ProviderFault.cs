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

    /// <summary>Reads an exception; null when it is none of a provider's.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="options">Whose key and address it was.</param>
    /// <param name="model">The model that was asked.</param>
    public static ProviderFault? Of(Exception exception, ModelOptions options, string model) =>
        exception switch
        {
            AnthropicApiException { StatusCode: var status } api => OfStatus(
                (int)status,
                api.ApiMessage,
                options,
                model
            ),
            AnthropicSseException => new(
                ModelFailure.Unavailable,
                $"{options.Provider} broke off its answer with an error of its own. Try again later.",
                MayCost: true
            ),
            ClientResultException { Status: > 0 and var status } api => OfStatus(status, api.Message, options, model),
            HttpRequestException { StatusCode: { } status } http => OfStatus((int)status, http.Message, options, model),
            HttpRequestException or IOException or AnthropicIOException or ClientResultException => new(
                ModelFailure.ConnectionLost,
                $"{options.Provider} at {AddressOf(options)} cannot be reached, or the connection broke: "
                    + $"{Quote((exception.InnerException ?? exception).Message)} Try again, or set P38_MODEL_URL.",
                MayCost: true
            ),
            AnthropicException or JsonException => new(
                ModelFailure.ConnectionLost,
                $"{options.Provider} at {AddressOf(options)} answered something that is not its API. Set P38_MODEL_URL.",
                MayCost: true
            ),
            _ => null,
        };

    private static ProviderFault OfStatus(int status, string? said, ModelOptions options, string model)
    {
        var quote = string.IsNullOrWhiteSpace(said) ? "" : $" It says: {Quote(said)}";
        return status switch
        {
            401 or 403 => new(
                ModelFailure.KeyRejected,
                $"{options.Provider} does not take the key ({status}).{quote} "
                    + (
                        options.KeyFile is { } file ? $"Look at the file {file}."
                        : ModelDefaults.Of(options.Provider).KeyVariable is { } variable ? $"Look at {variable}."
                        : "Look at what stands before it."
                    ),
                MayCost: false
            ),
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
    }

    private static Uri AddressOf(ModelOptions options) =>
        options.BaseAddress ?? ModelDefaults.Of(options.Provider).BaseAddress;

    // On one line and not too long: it is somebody else's text.
    private static string Quote(string said)
    {
        var line = string.Join(' ', said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = line.Length <= MaxQuote ? line : line[..MaxQuote] + "…";
        return line.EndsWith('.') || line.EndsWith('…') ? line : line + ".";
    }
}
