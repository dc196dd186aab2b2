using Microsoft.Extensions.Options;
using Project38.Core.Execution;
using Project38.Sandbox;

namespace Project38.Core.Factory.Trial;

/// <summary>
/// What a trial sees at <c>/trial</c>: pytest with its own dependencies alone, so that a module which is missing in the
/// run is missing in the trial too.
/// </summary>
internal sealed class TrialImage(IOptions<FactoryOptions> options, IOptions<RuntimeOptions> runtime)
{
    /// <summary>The mounts, or null when pytest is not installed.</summary>
    /// <remarks>
    /// The names are those of all versions of pytest that Debian has, so one that is absent belongs to another version.
    /// </remarks>
    public IReadOnlyList<SandboxMount>? Mounts()
    {
        var packages = options.Value.PackagesFolder;
        if (!Directory.Exists(Path.Combine(packages, "pytest")))
        {
            return null;
        }
        return
        [
            .. File.ReadLines(Path.Combine(runtime.Value.PythonFolder, "trial-image.txt"))
                .Select(line => line.Split('#')[0].Trim())
                .Where(name => name.Length > 0 && Path.Exists(Path.Combine(packages, name)))
                .Select(name => new SandboxMount(Path.Combine(packages, name), $"{RunImages.TrialFolder}/{name}")),
        ];
    }
}
