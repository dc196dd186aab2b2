using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace Project38.Core.Models;

/// <summary>What models cost: our table, and a user's own before it.</summary>
/// <remarks>
/// A table is a JSON array of <see cref="ModelPrice"/> in snake_case. Of several entries that hold for a day and a prompt, the
/// user's go first, then the one that came into force last, then the one for the smallest prompts.
/// </remarks>
public sealed class ModelPrices
{
    private const int MaxBytes = 1024 * 1024;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly Lazy<IReadOnlyList<ModelPrice>> s_ours = new(Ours);

    private readonly Lazy<IReadOnlyList<ModelPrice>> _users;

    /// <summary>Our table, and the file of the options before it.</summary>
    public ModelPrices(IOptions<ModelOptions> options) => _users = new(() => OfFile(options.Value.PricesFile));

    /// <summary>The price of a model, or null where nobody knows it.</summary>
    /// <param name="model">Its name at its provider.</param>
    /// <param name="at">When it is called.</param>
    /// <param name="promptTokens">The most the prompt may have.</param>
    /// <exception cref="ModelSetupException">The user's table cannot be read.</exception>
    public ModelPrice? Find(string model, DateTimeOffset at, long promptTokens)
    {
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        return Best(_users.Value) ?? Best(s_ours.Value);

        ModelPrice? Best(IReadOnlyList<ModelPrice> table) =>
            table
                .Where(price => price.Model == model && price.Covers(day, promptTokens))
                .OrderByDescending(price => price.From)
                .ThenBy(price => price.MaxPromptTokens)
                .FirstOrDefault();
    }

    /// <summary>The most that a call can cost, in USD, or null where nobody knows.</summary>
    /// <param name="model">Its name at its provider.</param>
    /// <param name="at">When it is called.</param>
    /// <param name="promptTokens">The most the prompt may have.</param>
    /// <param name="outputTokens">The most the answer may have.</param>
    /// <exception cref="ModelSetupException">The user's table cannot be read.</exception>
    public decimal? WorstOf(string model, DateTimeOffset at, long promptTokens, long outputTokens)
    {
        if (Find(model, at, promptTokens) is not { } price)
        {
            return null;
        }

        // A smaller prompt may stand in a dearer row; within a row the largest prompt is the dearest.
        var steps = _users
            .Value.Concat(s_ours.Value)
            .Where(row => row.Model == model && row.MaxPromptTokens < promptTokens)
            .Select(row => Find(model, at, row.MaxPromptTokens)?.WorstOf(row.MaxPromptTokens, outputTokens) ?? 0);
        return steps.Append(price.WorstOf(promptTokens, outputTokens)).Max();
    }

    private static IReadOnlyList<ModelPrice> Ours()
    {
        using var stream = typeof(ModelPrices).Assembly.GetManifestResourceStream("models/prices.json")!;
        return JsonSerializer.Deserialize<ModelPrice[]>(stream, s_json)!;
    }

    private static IReadOnlyList<ModelPrice> OfFile(string? path)
    {
        if (path is null)
        {
            return [];
        }

        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes)
            {
                throw new ModelSetupException($"The price table {path} is larger than {MaxBytes} bytes.");
            }

            var prices = JsonSerializer.Deserialize<ModelPrice[]>(stream, s_json) ?? [];
            return prices.All(IsSound)
                ? prices
                : throw new ModelSetupException(
                    $"The price table {path} has a negative price, no room for a prompt, or a model without a name."
                );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ModelSetupException($"The price table {path} cannot be read: {exception.Message}");
        }
    }

    private static bool IsSound(ModelPrice price) =>
        price is { Model.Length: > 0, Input: >= 0, Output: >= 0, MaxPromptTokens: > 0 }
        && new[] { price.CacheWrite5m, price.CacheWrite1h, price.CacheRead }.All(part => part is null or >= 0);
}

/// <summary>The model is not set up as it should be. The message is for the user: what, why, what to do.</summary>
public sealed class ModelSetupException(string message) : Exception(message);
