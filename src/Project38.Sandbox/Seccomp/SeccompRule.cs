namespace Project38.Sandbox.Seccomp;

/// <summary>What happens at one system call. What has no rule is refused.</summary>
internal abstract record SeccompRule
{
    private SeccompRule() { }

    /// <summary>It goes through.</summary>
    public sealed record Allowed : SeccompRule;

    /// <summary>It fails with an error number.</summary>
    public sealed record Refused(uint Error) : SeccompRule;

    /// <summary>It goes through when the low 32 bits of an argument have this value.</summary>
    public sealed record AllowedIfEqual(int Argument, uint Value, uint Error) : SeccompRule;

    /// <summary>It goes through unless the low 32 bits of an argument have one of these values.</summary>
    public sealed record AllowedUnlessEqual(int Argument, uint[] Values, uint Error) : SeccompRule;

    /// <summary>It goes through when no forbidden bit is set, and a required one is (0: none is required).</summary>
    public sealed record AllowedByFlags(int Argument, uint Forbidden, uint Required, uint Error) : SeccompRule;
}

/// <summary>The error numbers that refused calls give.</summary>
internal static class Error
{
    public const uint NotPermitted = 1;
    public const uint NotImplemented = 38;
    public const uint NoSuchAddressFamily = 97;
}
