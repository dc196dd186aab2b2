namespace Project38.Core.Tools.Records;

/// <summary>A run that is executed by a record asked for what is not in it, and nothing may stand in for.</summary>
internal sealed class DivergenceException(string message) : Exception(message);
