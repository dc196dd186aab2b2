namespace Project38.Sandbox.Seccomp;

/// <summary>The filters for this machine, as the kernel reads them, each assembled once.</summary>
internal static class Filters
{
    private static readonly Lazy<byte[]> LazyFull = Assemble(SeccompPolicy.Full);
    private static readonly Lazy<byte[]> LazyWithoutFork = Assemble(SeccompPolicy.WithoutFork);
    private static readonly Lazy<byte[]> LazyFullAsking = Assemble(SeccompPolicy.Full, asks: true);
    private static readonly Lazy<byte[]> LazyWithoutForkAsking = Assemble(SeccompPolicy.WithoutFork, asks: true);
    private static readonly Lazy<byte[]> LazyNarrowing = Assemble(Landlock.Narrowing.Policy);
    private static readonly Lazy<byte[]> LazyForkServer = Assemble(SeccompPolicy.ForkServer, asks: true);

    /// <summary><see cref="Landlock.Narrowing"/>, for beside <see cref="WithoutFork"/>.</summary>
    public static byte[] Narrowing => LazyNarrowing.Value;

    /// <summary><see cref="SeccompPolicy.Full"/>.</summary>
    public static byte[] Full => LazyFull.Value;

    /// <summary><see cref="SeccompPolicy.WithoutFork"/>.</summary>
    public static byte[] WithoutFork => LazyWithoutFork.Value;

    /// <summary><see cref="Full"/>, where the first process of the run names what is refused.</summary>
    public static byte[] FullAsking => LazyFullAsking.Value;

    /// <summary><see cref="WithoutFork"/>, where the first process of the run names what is refused.</summary>
    public static byte[] WithoutForkAsking => LazyWithoutForkAsking.Value;

    /// <summary>
    /// <see cref="SeccompPolicy.ForkServer"/>. It holds for the children too, below their own. It asks as theirs do: the
    /// kernel takes the sternest answer of all filters, and of two that ask the newer one's listener, so that a child's
    /// names what both refuse. At the server's nobody listens.
    /// </summary>
    public static byte[] ForkServer => LazyForkServer.Value;

    private static Lazy<byte[]> Assemble(Func<SyscallTable, SeccompPolicy> policy, bool asks = false) =>
        new(() => SeccompFilter.ToBytes(SeccompFilter.Assemble(policy(SyscallTable.Current), asks)));
}
