using System.Text.Json.Serialization;

namespace Project38.Core.Models;

/// <summary>What a model's tokens cost for a time, in USD for a million of them.</summary>
public sealed record ModelPrice
{
    private const decimal Million = 1_000_000m;

    /// <summary>The model's name at its provider.</summary>
    public required string Model { get; init; }

    /// <summary>The first day it holds (UTC). Default: always was.</summary>
    public DateOnly From { get; init; } = DateOnly.MinValue;

    /// <summary>The last day it holds (UTC). Default: until further notice.</summary>
    public DateOnly Until { get; init; } = DateOnly.MaxValue;

    /// <summary>The largest prompt it holds for, in tokens. Default: any.</summary>
    public long MaxPromptTokens { get; init; } = long.MaxValue;

    /// <summary>Input that no cache had.</summary>
    public required decimal Input { get; init; }

    /// <summary>Output, thinking included.</summary>
    public required decimal Output { get; init; }

    /// <summary>Input written to the cache for five minutes. Default: as input.</summary>
    [JsonPropertyName("cache_write_5m")]
    public decimal? CacheWrite5m { get; init; }

    /// <summary>Input written to the cache for an hour. Default: as for five minutes.</summary>
    [JsonPropertyName("cache_write_1h")]
    public decimal? CacheWrite1h { get; init; }

    /// <summary>Input read from the cache. Default: as input.</summary>
    public decimal? CacheRead { get; init; }

    /// <summary>Whether it holds on a day for a prompt of a size.</summary>
    public bool Covers(DateOnly day, long promptTokens) =>
        From <= day && day <= Until && promptTokens <= MaxPromptTokens;

    /// <summary>What a call cost, in USD, unrounded.</summary>
    public decimal CostOf(TokenUsage usage) =>
        (
            (usage.Input * Input)
            + (usage.Output * Output)
            + (usage.CacheWrite5m * WriteFor5m)
            + (usage.CacheWrite1h * WriteFor1h)
            + (usage.CacheRead * (CacheRead ?? Input))
        ) / Million;

    /// <summary>The most a call can cost, in USD: every token of the prompt at its dearest, and all the output it may have.</summary>
    public decimal WorstOf(long promptTokens, long outputTokens) =>
        ((promptTokens * Dearest) + (outputTokens * Output)) / Million;

    private decimal WriteFor5m => CacheWrite5m ?? Input;

    private decimal WriteFor1h => CacheWrite1h ?? WriteFor5m;

    private decimal Dearest => new[] { Input, WriteFor5m, WriteFor1h, CacheRead ?? Input }.Max();
}
