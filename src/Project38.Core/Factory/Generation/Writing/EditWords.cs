using System.Globalization;
using System.Text;
using Project38.Core.Agents;

namespace Project38.Core.Factory.Generation.Writing;

/// <summary>What a model is told of an agent that it shall change: all of it, and the wish or the failure.</summary>
internal static class EditWords
{
    /// <summary>The first turn of the conversation.</summary>
    public static string Of(ExistingAgent existing)
    {
        var text = new StringBuilder("Change this agent, which runs already.\n\n# What it was asked so far\n\n")
            .Append(existing.Brief)
            .Append(existing.Failure is null ? "\n\n# What shall change\n\n" : "\n\n# How it fails\n\n")
            .Append(existing.Failure is { } failure ? FailureWords.Of(failure) : existing.Wish)
            .Append("\n\n# The agent as it is\n");
        AppendCode(text, "agent.py", existing.Code);
        if (existing.Tests is { } tests)
        {
            AppendCode(text, "test_agent.py", tests);
        }
        else
        {
            text.Append("\nIt has no tests yet.\n");
        }

        var config = existing.Config.DeepClone().AsObject();
        var schedule = config["schedule"]?.ToString() ?? "";
        var zone = config["timezone"]?.ToString() ?? "";
        config.Remove("schedule");
        config.Remove("timezone");
        return text.Append(
                CultureInfo.InvariantCulture,
                $"\n`schedule`: \"{schedule}\"\n`timezone`: \"{zone}\"\n`config_json`: {config.ToJsonString()}\n"
            )
            .Append(CultureInfo.InvariantCulture, $"It {string.Join("; ", ManifestWords.Describe(existing.Grant))}.\n")
            .ToString();
    }

    private static void AppendCode(StringBuilder text, string name, string code) =>
        text.Append(CultureInfo.InvariantCulture, $"\n`{name}`\n\n```python\n{code.TrimEnd()}\n```\n");
}
