namespace Project38.Core.Secrets;

/// <summary>A secret cannot be sealed or opened. The message is for a person: what, why, what to do; never a value.</summary>
public sealed class SecretException(string message, Exception? cause = null) : Exception(message, cause);
