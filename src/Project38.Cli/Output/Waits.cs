using Project38.Client;

namespace Project38.Cli.Output;

/// <summary>What is said while a verb waits for the server.</summary>
internal static class Waits
{
    /// <summary>Says it on a screen.</summary>
    public static Action<ClientNotice> NoticeOn(Screen screen) =>
        notice =>
            screen.Note(
                notice switch
                {
                    ClientNotice.AskedToWait(var wait, var reason) =>
                        $"The server says: {reason} Waiting {Times.Took(wait.TotalSeconds)}.",
                    ClientNotice.ServerLost(var patience) =>
                        $"The server went away. Waiting for it, {Times.Took(patience.TotalSeconds)} at most.",
                    ClientNotice.ServerBack(var url) =>
                        $"The server is back, at {url.GetLeftPart(UriPartial.Authority)}.",
                    _ => throw new System.Diagnostics.UnreachableException($"A wait unknown here: {notice}."),
                }
            );
}
