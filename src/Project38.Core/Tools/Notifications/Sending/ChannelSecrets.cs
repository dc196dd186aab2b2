using Project38.Core.Secrets;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>The secrets that channels name.</summary>
internal sealed class ChannelSecrets(SecretStore secrets)
{
    /// <summary>A value that may stand in a header: one line, without what is around it.</summary>
    /// <exception cref="SecretException">There is none of this name, it cannot be opened, or has lines.</exception>
    public async Task<string> GetAsync(string name, CancellationToken cancellationToken)
    {
        var value =
            (await secrets.ResolveAsync(name, cancellationToken))?.Trim()
            ?? throw new SecretException($"There is no secret {name}, which the channel names: p38 secrets set {name}");
        return value.Any(char.IsControl)
            ? throw new SecretException(
                $"The secret {name} has several lines or control characters. Put it as one line."
            )
            : value;
    }
}
