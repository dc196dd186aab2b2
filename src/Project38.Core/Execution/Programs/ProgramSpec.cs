using Project38.Sandbox;

namespace Project38.Core.Execution.Programs;

/// <summary>A program that is no agent, to run as an agent's would be contained: no tools, nothing checked, nothing kept.</summary>
/// <param name="Code">Python, run as <c>/app/main.py</c>.</param>
/// <param name="Level">At which level; null: the strongest there is.</param>
/// <param name="Limits">What it may use.</param>
public sealed record ProgramSpec(string Code, SandboxLevel? Level, SandboxLimits Limits);

/// <summary>How a program ended.</summary>
/// <param name="Exit">As the sandbox saw it.</param>
/// <param name="Printed">What it wrote to standard output and standard error, as it came; the first <see cref="ProgramExecutor.MaxPrinted"/> bytes, UTF-8 with replacement.</param>
public sealed record ProgramResult(SandboxExit Exit, string Printed);
