namespace Project38.Contracts;

/// <summary>A request whose route says it all: a body may be left out, and has no field.</summary>
/// <remarks>Read all the same: whoever sends <c>{"dry_run": true}</c> to a retry must hear that it is none.</remarks>
public sealed record EmptyRequest;
