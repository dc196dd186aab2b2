using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace Project38.Core.Models;

/// <summary>Gathers what a provider says of the tokens of one call, while its answer comes.</summary>
/// <remarks>
/// Claude's own words are read where they can be had: only they part the cache's five minutes from its hour. All figures are
/// running totals, so a later one replaces an earlier one.
/// </remarks>
internal sealed class UsageCount
{
    private bool _ofClaude;

    /// <summary>What is known so far.</summary>
    public TokenUsage Usage { get; private set; } = TokenUsage.None;

    /// <summary>Whether the prompt's tokens are known.</summary>
    public bool KnowsPrompt { get; private set; }

    /// <summary>Whether anything came that could have been counted.</summary>
    public bool Spoke { get; private set; }

    /// <summary>Takes in a piece of a streamed answer.</summary>
    public void Add(ChatResponseUpdate update)
    {
        Spoke = true;
        if (update.RawRepresentation is RawMessageStreamEvent said)
        {
            if (said.TryPickStart(out var start))
            {
                Take(start.Message.Usage);
            }
            else if (said.TryPickDelta(out var delta))
            {
                Usage = Usage with { Output = delta.Usage.OutputTokens };
            }
        }

        foreach (var content in update.Contents.OfType<UsageContent>())
        {
            Take(content.Details);
        }
    }

    /// <summary>Takes in an answer that came as a whole.</summary>
    public void Add(ChatResponse response)
    {
        Spoke = true;
        if (response.RawRepresentation is Message message)
        {
            Take(message.Usage);
        }
        else if (response.Usage is { } details)
        {
            Take(details);
        }
    }

    private void Take(Usage usage)
    {
        var written = usage.CacheCreationInputTokens ?? 0;
        var anHour = usage.CacheCreation?.Ephemeral1hInputTokens ?? 0;
        Usage = new TokenUsage(
            usage.InputTokens,
            usage.OutputTokens,
            Math.Max(0, written - anHour),
            anHour,
            usage.CacheReadInputTokens ?? 0
        );
        _ofClaude = true;
        KnowsPrompt = true;
    }

    private void Take(UsageDetails details)
    {
        if (_ofClaude)
        {
            return;
        }

        var prompt = details.InputTokenCount ?? 0;
        var cached = Math.Min(prompt, details.CachedInputTokenCount ?? 0);

        // Gemini leaves its thinking out of the output, and counts it in the total alone; it is paid for as output.
        var output = Math.Max(details.OutputTokenCount ?? 0, (details.TotalTokenCount ?? 0) - prompt);
        Usage = new TokenUsage(Input: prompt - cached, Output: output, CacheRead: cached);
        KnowsPrompt = details.InputTokenCount is not null;
    }
}
