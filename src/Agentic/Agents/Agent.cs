namespace Agentic.Agents;

/// <summary>An agent ready to be asked: its card and its checked prompt. Immutable and thread-safe.</summary>
/// <param name="Card">The card.</param>
/// <param name="Prompt">The prompt.</param>
public sealed record Agent(AgentCard Card, PromptTemplate Prompt);
