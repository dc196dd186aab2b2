using System.Runtime.InteropServices;

namespace Project38.Sandbox.Tests;

/// <summary>A descriptor that children inherit, as native libraries open them and .NET does not.</summary>
internal static partial class InheritedDescriptor
{
    public static int Open() => Open("/etc/passwd", 0);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
