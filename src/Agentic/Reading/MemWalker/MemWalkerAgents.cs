using System.Globalization;
using Agentic.Agents;

namespace Agentic.Reading.MemWalker;

/// <summary>The agents of the tree and the walk, loaded and checked together, and what their prompts are filled in with.</summary>
internal sealed class MemWalkerAgents(AgentLibrary library)
{
    /// <summary>Summarises a segment.</summary>
    public Agent LeafSummary { get; } = library.Load("memwalker-leaf-summary", "words", "chunk");

    /// <summary>Summarises summaries.</summary>
    public Agent NodeSummary { get; } = library.Load("memwalker-node-summary", "words", "children");

    /// <summary>Chooses a child.</summary>
    public Agent Triage { get; } = library.Load("memwalker-triage", "question", "form", "memory", "revert", "children");

    /// <summary>Reads a segment.</summary>
    public Agent Leaf { get; } = library.Load("memwalker-leaf", "question", "form", "memory", "revert", "collect", "chunk");

    /// <summary>Answers from what was found.</summary>
    public Agent Answer { get; } = library.Load("memwalker-answer", "question", "memory", "notes");

    public IEnumerable<Agent> All => [LeafSummary, NodeSummary, Triage, Leaf, Answer];

    public static Dictionary<string, object?> LeafVariables(string chunk, int words) => new(StringComparer.Ordinal) { ["words"] = Number(words), ["chunk"] = chunk };

    public static Dictionary<string, object?> NodeVariables(string children, int words) => new(StringComparer.Ordinal) { ["words"] = Number(words), ["children"] = children };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Sizes that a tree and a walk keep to, in tokens but for <see cref="Children"/>.</summary>
/// <param name="Segment">S.</param>
/// <param name="Children">M.</param>
/// <param name="Summary">Most of a summary.</param>
/// <param name="Memory">Most of the working memory; 0 = none.</param>
/// <param name="LeafTemplate">Prompt of a leaf's summary without its text.</param>
/// <param name="NodeTemplate">Prompt of a node's summary without its children's.</param>
internal sealed record TreeLimits(int Segment, int Children, int Summary, int Memory, int LeafTemplate, int NodeTemplate)
{
    /// <summary>What number and line break of a summary may take where it is shown.</summary>
    private const int Label = 8;

    /// <summary>Most of a summary as a prompt shows it.</summary>
    public int Shown => Summary + Label;

    /// <summary>What a model is told, which counts in words: a word takes up to 1.6 tokens.</summary>
    public int Words => Math.Max(8, (int)(Summary / 1.6));
}
