using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Project38.Core.Storage;
using Project38.Sandbox;
using Project38.Sandbox.Staging;

namespace Project38.Core.Execution.Pythons;

/// <summary>The Python images of this node: <c>P38_HOME/pythons/NAME</c>, each a venv with an <c>image.json</c>.</summary>
public sealed class PythonImages(IOptions<StorageOptions> storage, StagingArea staging)
{
    /// <summary>Where a run sees its image.</summary>
    public const string InnerPath = "/python";

    private const string FileName = "image.json";

    // By hash. An image has hundreds of megabytes: it is read and copied once in a process, and not for each run.
    private readonly ConcurrentDictionary<string, string> _staged = new();

    /// <summary>The folder of all images.</summary>
    public string Folder => Path.Join(Path.GetFullPath(storage.Value.Home), "pythons");

    /// <summary>The name of this machine's interpreter, as in <c>python3.11</c>. Debian's file has it; asking would cost a process.</summary>
    internal static string Interpreter { get; } =
        File.ResolveLinkTarget(ForkImage.Program, returnFinalTarget: true)?.Name ?? "python3";

    /// <summary>All there are, by name.</summary>
    public IReadOnlyList<PythonImage> All() =>
        Directory.Exists(Folder)
            ?
            [
                .. Directory
                    .EnumerateDirectories(Folder)
                    .Select(folder => Path.Join(folder, FileName))
                    .Where(File.Exists)
                    .Select(Read)
                    .OrderBy(image => image.Name, StringComparer.Ordinal),
            ]
            : [];

    /// <summary>One of them; null: there is none of that name.</summary>
    public PythonImage? Find(string name)
    {
        var file = Path.Join(Folder, name, FileName);
        return Agents.PythonName.IsOne(name) && File.Exists(file) ? Read(file) : null;
    }

    /// <summary>What to say of a name that no image has.</summary>
    public string Missing(string name)
    {
        var names = All().Select(image => $"'{image.Name}'").ToList();
        var there = names.Count == 0 ? "There is none yet" : $"There are {string.Join(", ", names)}";
        return $"There is no Python image '{name}' here. {there}; 'p38 python add {name} PACKAGE…' makes it.";
    }

    /// <summary>What a run sees of an image. Its first use in a process reads all of it.</summary>
    /// <param name="name">Null: none.</param>
    /// <exception cref="PythonImageException">There is no such image, or it is not as it was made, or not for this Python.</exception>
    public IReadOnlyList<SandboxMount> Mounts(string? name)
    {
        if (name is null)
        {
            return [];
        }

        var image = Find(name) ?? throw new PythonImageException(Missing(name));
        if (image.Interpreter != Interpreter)
        {
            throw Unusable(image, $"was made for {image.Interpreter}, and this machine has {Interpreter}");
        }

        var staged = _staged.GetOrAdd(image.Hash, _ => Stage(image));
        return [new SandboxMount(Directory.Exists(staged) ? staged : Stage(image), InnerPath)];
    }

    /// <summary>The packages of an image's folder.</summary>
    internal static string PackagesOf(string folder) => Path.Join(folder, "lib", Interpreter, "site-packages");

    /// <summary>Copies the packages of an image's folder, compiled as they are, to where runs see them; the copy's name is its hash.</summary>
    internal static string Stage(StagingArea staging, string folder) =>
        staging.StageFolder(PackagesOf(folder), withCompiled: true);

    /// <summary>Says in an image's folder what it is.</summary>
    internal static void Write(string folder, PythonImage image) =>
        File.WriteAllText(Path.Join(folder, FileName), JsonText.Write(image));

    private static PythonImage Read(string file) => JsonText.Read<PythonImage>(File.ReadAllText(file));

    private string Stage(PythonImage image)
    {
        var staged = Stage(staging, Path.Join(Folder, image.Name));
        return Path.GetFileName(staged) == image.Hash
            ? staged
            : throw Unusable(image, "is not as it was made: something in its folder was changed");
    }

    private static PythonImageException Unusable(PythonImage image, string why) =>
        new(
            $"The Python image '{image.Name}' {why}. Make another, for example: p38 python add {image.Name}2 "
                + $"{string.Join(' ', image.Packages)}, and name that in the agent's config."
        );
}
