namespace Project38.Sandbox.Sidecars;

/// <summary>A sidecar is missing, ended, took too long or answered what is no JSON. The message says which, and what to do.</summary>
public sealed class SidecarException(string message, Exception? inner = null) : Exception(message, inner);
