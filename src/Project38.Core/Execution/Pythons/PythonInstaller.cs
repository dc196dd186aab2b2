using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Project38.Sandbox;
using Project38.Sandbox.Sidecars;
using Project38.Sandbox.Staging;

namespace Project38.Core.Execution.Pythons;

/// <summary>Makes and removes Python images, one at a time. What is not whole is never seen.</summary>
public sealed partial class PythonInstaller(
    PythonImages images,
    StagingArea staging,
    IOptions<RuntimeOptions> runtime,
    TimeProvider time
) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Makes one, by venv and pip, of wheels alone: nothing of a package is executed for it.</summary>
    /// <param name="name">How agents shall call it.</param>
    /// <param name="packages">What pip shall put into it, each a name with or without versions.</param>
    /// <param name="findLinks">A folder of wheels to take them from; null: pip's index.</param>
    /// <param name="cancellationToken">Ends it; nothing stays.</param>
    /// <returns>Null: there is one of that name already.</returns>
    /// <exception cref="PythonImageException">It could not be made. Nothing of it stays.</exception>
    public async Task<PythonImage?> AddAsync(
        string name,
        IReadOnlyList<string> packages,
        string? findLinks,
        CancellationToken cancellationToken
    )
    {
        await _turn.WaitAsync(cancellationToken);
        var draft = Path.Join(images.Folder, $".{name}");
        try
        {
            if (images.Find(name) is not null)
            {
                return null;
            }

            Directory.CreateDirectory(images.Folder);
            Discard(draft); // of a server that was killed
            await InstallAsync(draft, packages, findLinks, cancellationToken);

            var image = new PythonImage
            {
                Name = name,
                Packages = packages,
                Modules = Modules(PythonImages.PackagesOf(draft)),
                Interpreter = PythonImages.Interpreter,
                Hash = Path.GetFileName(PythonImages.Stage(staging, draft)),
                MadeAt = time.GetUtcNow(),
            };
            PythonImages.Write(draft, image);
            Directory.Move(draft, Path.Join(images.Folder, name));
            return image;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SidecarException)
        {
            throw new PythonImageException($"The Python image '{name}' was not made. {exception.Message}");
        }
        finally
        {
            Discard(draft);
            _turn.Release();
        }
    }

    /// <summary>Removes one. Runs that go on keep what they see.</summary>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // First out of sight, in one step.
            var gone = Path.Join(images.Folder, $".{name}");
            Discard(gone);
            Directory.Move(Path.Join(images.Folder, name), gone);
            Discard(gone);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whether a text is what pip takes from an index: no option, path or address, which could be anything.</summary>
    public static bool IsPackage(string text) => text.Length <= 200 && Requirement().IsMatch(text);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task InstallAsync(
        string folder,
        IReadOnlyList<string> packages,
        string? findLinks,
        CancellationToken cancellationToken
    )
    {
        await using var sidecar = new Sidecar(
            new SidecarOptions
            {
                Name = "pip",
                Program = ForkImage.Program,
                Arguments = ["-I", "-S", "-B", runtime.Value.PythonInstaller],
                Advice = "Do: apt-get install python3",
                Timeout = Patience,
            },
            time
        );
        var answer = await sidecar.AskAsync(
            JsonSerializer.SerializeToElement(
                new
                {
                    folder,
                    packages,
                    find_links = findLinks,
                }
            ),
            cancellationToken
        );
        if (answer.GetProperty("error").GetString() is { } error)
        {
            throw new SidecarException(error);
        }
    }

    /// <summary>What the packages in a folder give to import, by the first part of its name.</summary>
    private static string[] Modules(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder)
                .Where(file => Path.GetExtension(file) is ".py" or ".so")
                .Concat(Directory.EnumerateDirectories(folder))
                .Select(entry => Path.GetFileName(entry).Split('.')[0])
                .Where(name => Identifier().IsMatch(name) && name != "__pycache__")
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    private static void Discard(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(
        @"\A[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9._,-]+\])?((==|~=|!=|>=|<=|>|<)[A-Za-z0-9.*+!_-]+(,(==|~=|!=|>=|<=|>|<)[A-Za-z0-9.*+!_-]+)*)?\z",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Requirement();

    [GeneratedRegex(@"\A[A-Za-z_]\w*\z", RegexOptions.None, 1000)]
    private static partial Regex Identifier();
}
