namespace Project38.Client;

/// <summary>No server answered, or it went away before its answer was whole.</summary>
public sealed class ConnectionLostException(string message, Exception? innerException = null)
    : Exception(message, innerException);
