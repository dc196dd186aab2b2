using System.ComponentModel.DataAnnotations;

namespace Project38.Core.Execution;

/// <summary>Where the parts of the platform are that are not .NET.</summary>
public sealed class RuntimeOptions
{
    /// <summary>
    /// The folder that holds the package <c>p38</c>, mounted at <c>/p38</c>. Default: <c>runtime/python</c> beside the
    /// program.
    /// </summary>
    [Required]
    public string PythonFolder { get; set; } = Path.Combine(AppContext.BaseDirectory, "runtime", "python");

    /// <summary>The script that makes Python images. Default: <c>runtime/pythons/install.py</c> beside the program.</summary>
    [Required]
    public string PythonInstaller { get; set; } =
        Path.Combine(AppContext.BaseDirectory, "runtime", "pythons", "install.py");
}
