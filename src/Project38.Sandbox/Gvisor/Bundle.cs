using System.Text.Json;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Gvisor;

/// <summary>What <c>runsc</c> starts one run from: an OCI bundle, and the folder that it keeps its own state in. Removed after the run.</summary>
internal sealed class Bundle
{
    private const UnixFileMode ForAll = (UnixFileMode)0x1ED; // 0755
    private const UnixFileMode ForItsGroup = (UnixFileMode)0x1E8; // 0750
    private const UnixFileMode ForItsUser = (UnixFileMode)0x1C0; // 0700
    private const UnixFileMode Readable = (UnixFileMode)0x124; // 0444

    // The layout of the host's /usr differs by architecture: /lib64 is x64's alone.
    private static readonly string[] Links = ["bin", "sbin", "lib", "lib64"];

    private Bundle(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Where <c>runsc</c> keeps what it knows of the container. The one folder here that the run's uid may write.</summary>
    public string State => System.IO.Path.Combine(Path, "state");

    /// <summary>Where it writes why a container was not started. The program in it never sees it.</summary>
    public string Errors => System.IO.Path.Combine(State, "errors");

    /// <summary>The container's name, which no other on this machine has.</summary>
    public string Name =>
        $"p38-{System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(Path))}-{System.IO.Path.GetFileName(Path)}";

    /// <summary>Makes one: <c>runs</c> in the staging folder.</summary>
    /// <param name="options">Where that is.</param>
    /// <param name="spec">The program.</param>
    /// <param name="uid">Who reads it; null: the platform's own user.</param>
    /// <exception cref="IOException">The machine refused it.</exception>
    public static Bundle Create(SandboxOptions options, SandboxSpec spec, int? uid)
    {
        var bundle = new Bundle(RunFolders.NextPath(options));
        try
        {
            bundle.Fill(spec, uid);
            return bundle;
        }
        catch
        {
            if (Directory.Exists(bundle.Path))
            {
                Directory.Delete(bundle.Path, recursive: true);
            }

            throw;
        }
    }

    /// <summary>Removes it, when all of the run is gone. False: something of it is left.</summary>
    public Task<bool> RemoveAsync() => RunFolders.RemoveAsync(Path);

    private void Fill(SandboxSpec spec, int? uid)
    {
        Directory.CreateDirectory(Path, uid is null ? ForItsUser : ForItsGroup);
        Directory.CreateDirectory(State, ForItsUser);
        RunFolders.Give(State, uid, uid);
        var files = spec.Files.Select((file, index) => Write($"files/{index}", file.Content.Span)).ToList();
        var config = OciSpec.From(spec, files);
        _ = Write("config.json", JsonSerializer.SerializeToUtf8Bytes(config, OciJson.Default.OciConfig));

        foreach (var name in Links.Where(name => Directory.Exists($"/usr/{name}")))
        {
            File.CreateSymbolicLink(Prepare($"{OciSpec.Root}/{name}"), $"usr/{name}");
        }

        // What a mount is put on has to be there: the root is read-only to whoever mounts it.
        foreach (var mount in config.Mounts)
        {
            MakePoint(mount);
        }

        // Last, so that nobody enters before all of it is there. Only the run does: the group is its own.
        RunFolders.Give(Path, user: null, uid);
    }

    private void MakePoint(OciMount mount)
    {
        var place = Prepare(OciSpec.Root + mount.Destination);
        if (mount.Type == "bind" && File.Exists(mount.Source))
        {
            File.Open(place, FileMode.OpenOrCreate).Dispose();
        }
        else
        {
            Directory.CreateDirectory(place, ForAll);
        }
    }

    private string Write(string name, ReadOnlySpan<byte> content)
    {
        var place = Prepare(name);
        File.WriteAllBytes(place, content);
        File.SetUnixFileMode(place, Readable);
        return place;
    }

    private string Prepare(string name)
    {
        var place = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(place)!, ForAll);
        return place;
    }
}
