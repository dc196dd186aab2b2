namespace Project38.Sandbox.Running;

/// <summary>Gives each concurrent run a uid of its own when the platform is root.</summary>
/// <remarks>
/// Platforms side by side take the uids in blocks, each held by a lock on a file for as long as its platform lives. Where
/// locks cannot be kept, as in two containers, two runs may share a uid: their namespaces still keep them apart.
/// </remarks>
/// <param name="first">The first uid.</param>
/// <param name="count">How many there are.</param>
/// <param name="locks">The folder of the locks, which root alone can write.</param>
internal sealed class RunUids(int first, int count, string locks) : IDisposable
{
    /// <summary>Where root's platforms keep the locks; the machine forgets them when it starts.</summary>
    public const string DefaultLocks = "/run/p38/uids";

    private const int BlockSize = 256;

    private readonly Lock _lock = new();
    private readonly Queue<int> _free = new();
    private readonly HashSet<int> _blocks = [];
    private readonly List<FileStream> _held = [];

    /// <summary>Takes a free uid, until it is given back.</summary>
    /// <exception cref="InvalidOperationException">All are taken.</exception>
    public int Take()
    {
        lock (_lock)
        {
            if (_free.Count == 0)
            {
                TakeBlock();
            }

            // The longest unused comes first: whatever may remember a uid has had the most time to forget it.
            return _free.Dequeue();
        }
    }

    public void Return(int uid)
    {
        lock (_lock)
        {
            _free.Enqueue(uid);
        }
    }

    /// <summary>Lets others have the blocks.</summary>
    public void Dispose() => _held.ForEach(file => file.Dispose());

    private void TakeBlock()
    {
        for (var block = 0; block * BlockSize < count; block++)
        {
            if (!_blocks.Contains(block) && TryLock(block))
            {
                _blocks.Add(block);
                var size = Math.Min(BlockSize, count - (block * BlockSize));
                foreach (var uid in Enumerable.Range(first + (block * BlockSize), size))
                {
                    _free.Enqueue(uid);
                }

                return;
            }
        }

        throw new InvalidOperationException($"All {count} uids of the sandbox are in use.");
    }

    private bool TryLock(int block)
    {
        try
        {
            Directory.CreateDirectory(locks, (UnixFileMode)0x1C0); // 0700
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true; // a machine that nobody may keep locks on
        }

        try
        {
            var name = $"{first + (block * BlockSize)}.lock";
            _held.Add(
                new FileStream(Path.Combine(locks, name), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None)
            );
            return true;
        }
        catch (IOException)
        {
            return false; // another platform has it
        }
    }
}
