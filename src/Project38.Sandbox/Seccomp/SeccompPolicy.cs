namespace Project38.Sandbox.Seccomp;

/// <summary>What a sandboxed program may ask of the kernel.</summary>
/// <param name="Table">The system calls of the machine.</param>
/// <param name="Rules">What happens at each call that has a name here; all others are refused.</param>
internal sealed record SeccompPolicy(SyscallTable Table, IReadOnlyDictionary<string, SeccompRule> Rules)
{
    /// <summary>Whether a call without a rule is left to another filter of the same process. Default: it is refused.</summary>
    public bool Narrows { get; init; }

    private const uint UnixFamily = 1; // AF_UNIX
    private const uint ThreadFlag = 0x10000; // CLONE_THREAD
    private const uint InjectInput = 0x5412; // TIOCSTI
    private const uint ConsoleControl = 0x541C; // TIOCLINUX

    // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. NEWTIME is none of clone's.
    private const uint NamespaceFlags = 0x7E020000;

    private const string Files = """
        read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 open openat openat2 creat close
        close_range lseek stat fstat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents
        getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink
        symlinkat chmod fchmod fchmodat fchmodat2 umask truncate ftruncate fallocate fsync fdatasync sync_file_range
        fadvise64 readahead copy_file_range sendfile utime utimes utimensat futimesat flock statfs fstatfs getxattr
        lgetxattr fgetxattr listxattr llistxattr flistxattr cachestat
        """;

    private const string Descriptors = """
        dup dup2 dup3 pipe pipe2 fcntl poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait
        epoll_pwait epoll_pwait2 eventfd eventfd2 timerfd_create timerfd_settime timerfd_gettime signalfd signalfd4
        """;

    // Only pairs of sockets exist inside, so these can reach no further than the run.
    private const string SocketPairs = """
        sendto recvfrom sendmsg recvmsg getsockname getpeername getsockopt setsockopt shutdown
        """;

    private const string Memory = """
        mmap munmap mprotect mremap madvise brk msync mincore mlock munlock mlock2 membarrier mseal pkey_alloc pkey_free
        pkey_mprotect get_mempolicy
        """;

    private const string Signals = """
        rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend rt_sigqueueinfo sigaltstack
        kill tkill tgkill pause alarm getitimer setitimer
        """;

    private const string Time = """
        nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time times timer_create timer_settime
        timer_gettime timer_getoverrun timer_delete
        """;

    private const string Processes = """
        execve execveat exit exit_group wait4 waitid set_tid_address set_robust_list get_robust_list futex futex_waitv
        futex_wake futex_wait futex_requeue rseq restart_syscall getpid getppid gettid getuid geteuid getgid getegid
        getresuid getresgid getgroups getpgrp getpgid setpgid getsid setsid capget getrlimit setrlimit getrusage sysinfo
        uname getcpu sched_yield sched_getaffinity sched_setaffinity sched_getscheduler sched_getparam
        sched_get_priority_max sched_get_priority_min sched_rr_get_interval sched_getattr getpriority ioprio_get
        arch_prctl prctl getrandom landlock_create_ruleset landlock_add_rule landlock_restrict_self
        """;

    // Asked for and then done without: libraries fall back when the kernel seems too old for them.
    private const string TooNew =
        "clone3 io_uring_setup io_uring_enter io_uring_register pidfd_open statmount listmount";

    // Its children set themselves apart from it, and from each other, before they are anybody's program.
    private const string Nesting =
        "clone clone3 unshare pidfd_open mount umount2 pivot_root setresuid setresgid sethostname capset seccomp";

    /// <summary>What a run may do whose cgroup counts its processes and memory.</summary>
    public static SeccompPolicy Full(SyscallTable table) => new(table, MakeRules(mayFork: true));

    /// <summary>
    /// The same without new processes, and without files in memory, which no <c>RLIMIT_AS</c> counts: for hosts where no
    /// cgroup holds the run. Threads are allowed.
    /// </summary>
    public static SeccompPolicy WithoutFork(SyscallTable table) => new(table, MakeRules(mayFork: false));

    /// <summary>What a fork server may do: all that a run may, and make the sandboxes of its children.</summary>
    public static SeccompPolicy ForkServer(SyscallTable table)
    {
        var rules = MakeRules(mayFork: true);
        foreach (var name in Words(Nesting))
        {
            rules[name] = new SeccompRule.Allowed();
        }

        return new SeccompPolicy(table, rules);
    }

    private static Dictionary<string, SeccompRule> MakeRules(bool mayFork)
    {
        var rules = new Dictionary<string, SeccompRule>
        {
            // The channel to the platform is a pair of pipes that are already open.
            ["socket"] = new SeccompRule.Refused(Error.NoSuchAddressFamily),
            ["socketpair"] = new SeccompRule.AllowedIfEqual(0, UnixFamily, Error.NoSuchAddressFamily),
            ["clone"] = new SeccompRule.AllowedByFlags(0, NamespaceFlags, mayFork ? 0 : ThreadFlag, Error.NotPermitted),
            ["ioctl"] = new SeccompRule.AllowedUnlessEqual(1, [InjectInput, ConsoleControl], Error.NotPermitted),
            // On itself only.
            ["prlimit64"] = new SeccompRule.AllowedIfEqual(0, 0, Error.NotPermitted),
            ["personality"] = new SeccompRule.AllowedIfEqual(0, 0xffffffff, Error.NotPermitted), // reading it
        };

        foreach (var name in Words(TooNew))
        {
            rules.Add(name, new SeccompRule.Refused(Error.NotImplemented));
        }

        string[] groups = [Files, Descriptors, SocketPairs, Memory, Signals, Time, Processes];
        foreach (var name in groups.SelectMany(Words).Concat(mayFork ? ["fork", "vfork", "memfd_create"] : []))
        {
            rules.Add(name, new SeccompRule.Allowed());
        }

        return rules;
    }

    /// <summary>The names in a text.</summary>
    public static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
