using Project38.Sandbox.Seccomp;

namespace Project38.Sandbox.Landlock;

/// <summary>
/// What is refused beside <see cref="SeccompPolicy.WithoutFork"/> to a program that shares the machine's namespaces: calls that
/// reach another process, and those that change or reach files past Landlock, which looks at neither.
/// </summary>
internal static class Narrowing
{
    private const uint OwnNumber = 0xFFFF3838; // contain.c puts the program's own in its place
    private const uint Datagrams = 2; // a bit of SOCK_DGRAM and SOCK_RAW, and not of SOCK_STREAM and SOCK_SEQPACKET
    private const uint ParentDeathSignal = 1; // PR_SET_PDEATHSIG

    // Whom the kernel signals when a descriptor is ready, and with what: F_SETOWN, F_SETSIG, F_SETOWN_EX.
    private static readonly uint[] SetOwner = [8, 10, 15];

    // The same for a socket: FIOSETOWN, SIOCSPGRP.
    private static readonly uint[] SetSocketOwner = [0x8901, 0x8902];

    private const string OfItself = "kill tgkill rt_sigqueueinfo";

    // Of the process that asks, which is 0. Its threads have numbers of their own, and nobody needs them here.
    private const string OfNumberZero = """
        getsid getpgid sched_getaffinity sched_setaffinity sched_getscheduler sched_getparam sched_getattr
        sched_rr_get_interval
        """;

    // Where the platform is not root, its files are the run's own user's.
    private const string Refused = """
        tkill getpriority ioprio_get chmod fchmod fchmodat fchmodat2 utime utimes utimensat futimesat
        """;

    /// <summary>The policy.</summary>
    public static SeccompPolicy Policy(SyscallTable table)
    {
        var rules = new Dictionary<string, SeccompRule>
        {
            // One that is connected reaches nobody else, whatever address a letter has on it.
            ["socketpair"] = new SeccompRule.AllowedByFlags(1, Datagrams, 0, Error.NoSuchAddressFamily),
            ["fcntl"] = new SeccompRule.AllowedUnlessEqual(1, SetOwner, Error.NotPermitted),
            ["ioctl"] = new SeccompRule.AllowedUnlessEqual(1, SetSocketOwner, Error.NotPermitted),
            ["prctl"] = new SeccompRule.AllowedUnlessEqual(0, [ParentDeathSignal], Error.NotPermitted),
        };
        Add(OfItself, new SeccompRule.AllowedIfEqual(0, OwnNumber, Error.NotPermitted));
        Add(OfNumberZero, new SeccompRule.AllowedIfEqual(0, 0, Error.NotPermitted));
        Add(Refused, new SeccompRule.Refused(Error.NotPermitted));
        return new SeccompPolicy(table, rules) { Narrows = true };

        void Add(string names, SeccompRule rule)
        {
            foreach (var name in SeccompPolicy.Words(names))
            {
                rules.Add(name, rule);
            }
        }
    }
}
