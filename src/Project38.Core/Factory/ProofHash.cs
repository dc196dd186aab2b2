using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Project38.Core.Agents;
using Project38.Core.Execution;

namespace Project38.Core.Factory;

/// <summary>The hash of what was proved: a program, with the library and the interpreter it was proved on.</summary>
internal sealed class ProofHash(IOptions<RuntimeOptions> runtime)
{
    // Debian's name of the interpreter has its version, as in python3.11; asking it would cost a process.
    private readonly Lazy<string> _interpreter = new(() =>
        File.ResolveLinkTarget("/usr/bin/python3", returnFinalTarget: true)?.Name ?? "python3"
    );

    private readonly Lazy<string> _library = new(() => OfFolder(runtime.Value.PythonFolder));

    /// <summary>See <see cref="AgentVersion.Hash"/>.</summary>
    public string Of(string code, string? tests, Manifest manifest) =>
        Sha256(JsonSerializer.Serialize<object?[]>([code, tests, manifest, _library.Value, _interpreter.Value]));

    private static string OfFolder(string folder) =>
        Sha256(
            JsonSerializer.Serialize(
                Directory
                    .EnumerateFiles(folder, "*.py", SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal)
                    .Select(file => new[] { Path.GetRelativePath(folder, file), File.ReadAllText(file) })
            )
        );

    private static string Sha256(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
