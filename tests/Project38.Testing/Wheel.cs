using System.IO.Compression;

namespace Project38.Testing;

/// <summary>Makes tiny packages, for machines that have no index of packages.</summary>
public static class Wheel
{
    /// <summary>Writes a wheel with one module into a folder, which is made where it is missing.</summary>
    /// <param name="folder">For pip's <c>--find-links</c>.</param>
    /// <param name="module">Its name, which is that of the package too.</param>
    /// <param name="code">What is in the module.</param>
    /// <param name="version">Its version.</param>
    /// <returns>The folder.</returns>
    public static string Write(string folder, string module, string code, string version = "1.0")
    {
        Directory.CreateDirectory(folder);
        using var wheel = ZipFile.Open(
            Path.Join(folder, $"{module}-{version}-py3-none-any.whl"),
            ZipArchiveMode.Create
        );
        var about = $"{module}-{version}.dist-info";
        Add($"{module}.py", code);
        Add($"{about}/METADATA", $"Metadata-Version: 2.1\nName: {module}\nVersion: {version}\n");
        Add($"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        Add($"{about}/RECORD", $"{module}.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n");
        return folder;

        void Add(string name, string text)
        {
            using var writer = new StreamWriter(wheel.CreateEntry(name).Open());
            writer.Write(text);
        }
    }
}
