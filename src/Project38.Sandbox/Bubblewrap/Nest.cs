using System.Globalization;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Project38.Sandbox.Native;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>What a fork server has that a run has not.</summary>
/// <param name="Socket">Where the platform speaks to it.</param>
/// <param name="Uids">The users that its children are; null where they are the platform's own.</param>
internal sealed record Nest(SafeHandle Socket, UidGate? Uids)
{
    /// <summary>Gives its descriptors, in their order; whoever asks closes them.</summary>
    public IReadOnlyList<SafeHandle> OpenHandles() => [Socket, .. Uids?.OpenHandles() ?? []];
}

/// <summary>Where bubblewrap waits until its namespace has the uids that runs get. Only root may give it more than one.</summary>
/// <remarks>Each is the same inside and outside, and no other is there, so root is nobody in it.</remarks>
/// <param name="first">The first.</param>
/// <param name="count">How many.</param>
internal sealed class UidGate(int first, int count)
{
    private readonly AnonymousPipe _gate = AnonymousPipe.Create();

    /// <summary>Gives what bubblewrap waits at, and what takes all that it says of its namespaces, which nobody asks for.</summary>
    public IReadOnlyList<SafeHandle> OpenHandles() =>
        [_gate.Reader, File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write)];

    /// <summary>Writes them, and lets it go on.</summary>
    /// <param name="process">The number of the first process inside; null: there is none, and nobody waits.</param>
    public async Task OpenAsync(Task<int?> process)
    {
        await using var go = new AnonymousPipeClientStream(PipeDirection.Out, _gate.Writer);
        if (await process is { } number)
        {
            var map = string.Create(CultureInfo.InvariantCulture, $"{first} {first} {count}");
            await File.WriteAllTextAsync($"/proc/{number}/gid_map", map);
            await File.WriteAllTextAsync($"/proc/{number}/uid_map", map);
            go.WriteByte((byte)'\n');
        }
    }
}
