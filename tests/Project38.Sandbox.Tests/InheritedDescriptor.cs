using System.Runtime.InteropServices;

namespace Project38.Sandbox.Tests;

/// <summary>A descriptor that children inherit, as native libraries open them and .NET does not.</summary>
internal static partial class InheritedDescriptor
{
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags = 0);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);
}
