using Microsoft.Extensions.Options;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Execution.Pythons;

namespace Project38.Core.Factory;

/// <summary>The hash of what was proved: a program, with the library and the interpreter it was proved on.</summary>
internal sealed class ProofHash(IOptions<RuntimeOptions> runtime)
{
    private readonly Lazy<string> _library = new(() => VersionHash.OfLibrary(runtime.Value.PythonFolder));

    /// <summary>See <see cref="AgentVersion.Hash"/>.</summary>
    /// <param name="code">The program.</param>
    /// <param name="tests">Its tests.</param>
    /// <param name="manifest">What it needs.</param>
    /// <param name="image">Its Python image, a part of its interpreter; null: none.</param>
    public string Of(string code, string? tests, Manifest manifest, PythonImage? image) =>
        VersionHash.Of(
            code,
            tests,
            manifest,
            _library.Value,
            image is null ? PythonImages.Interpreter : $"{PythonImages.Interpreter} {image.Hash}"
        );
}
