using Microsoft.Win32.SafeHandles;

namespace Project38.Core.Tools.Filesystem;

/// <summary>A plain file, open to be read as it was when it was opened.</summary>
/// <param name="handle">Closed with this.</param>
/// <param name="size">Its size in bytes; what is added later is not read.</param>
internal sealed class OpenFile(SafeFileHandle handle, int size) : IDisposable
{
    /// <summary>The most that <see cref="Read"/> gives.</summary>
    public int Size => size;

    /// <summary>Reads all of it.</summary>
    public byte[] Read()
    {
        var content = new byte[size];
        var length = 0;
        for (int read; (read = RandomAccess.Read(handle, content.AsSpan(length), length)) > 0; )
        {
            length += read;
        }

        return length == size ? content : content[..length];
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
