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

    private readonly Lazy<string> _library = new(() => VersionHash.OfLibrary(runtime.Value.PythonFolder));

    /// <summary>See <see cref="AgentVersion.Hash"/>.</summary>
    public string Of(string code, string? tests, Manifest manifest) =>
        VersionHash.Of(code, tests, manifest, _library.Value, _interpreter.Value);
}
