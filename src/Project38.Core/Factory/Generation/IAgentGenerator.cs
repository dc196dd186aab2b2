namespace Project38.Core.Factory.Generation;

/// <summary>Looks for a program that serves a brief: blueprints without a model, and models where there is one.</summary>
public interface IAgentGenerator
{
    /// <summary>Makes a program, or says why not. Never a program that does something else than was asked.</summary>
    Task<GenerationResult> GenerateAsync(AgentBrief brief, CancellationToken cancellationToken);
}
