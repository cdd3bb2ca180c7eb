using Agentic.Agents;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>The agents of the chain, loaded and checked together.</summary>
internal sealed class ChainAgents
{
    public ChainAgents(AgentLibrary library)
    {
        Worker = library.Load("chain-worker", [.. ReadingTask.Names, "previous", "chunk"]);
        SummaryWorker = library.Load("chain-summary-worker", [.. ReadingTask.Names, "previous", "chunk"]);
        Extractor = library.Load("chain-extractor", [.. ReadingTask.Names, "previous", "chunk"]);
        Manager = library.Load("chain-manager", [.. ReadingTask.Names, "summary"]);
        SummaryManager = library.Load("chain-summary-manager", [.. ReadingTask.Names, "summary"]);
        FactManager = library.Load("chain-fact-manager", [.. ReadingTask.Names, "facts"]);
        Judge = library.Load("chain-judge", [.. ReadingTask.Names, "units"]);
        Relevance = library.Load("passage-relevance", "passage");
        Title = library.Load("sentence-title", "sentence");
        Answerer = library.Load("passage-answer", ["question", "passage"]);
    }

    /// <summary>All of them.</summary>
    public IEnumerable<Agent> All => [Worker, SummaryWorker, Extractor, Manager, SummaryManager, FactManager, Judge, Relevance, Title, Answerer];

    /// <summary>Rewrites the running summary for a question.</summary>
    public Agent Worker { get; }

    /// <summary>Rewrites the running summary of the whole.</summary>
    public Agent SummaryWorker { get; }

    /// <summary>Copies quotations that bear on the question.</summary>
    public Agent Extractor { get; }

    /// <summary>Answers from the last summary.</summary>
    public Agent Manager { get; }

    /// <summary>Makes the final summary.</summary>
    public Agent SummaryManager { get; }

    /// <summary>Answers from facts.</summary>
    public Agent FactManager { get; }

    /// <summary>Picks the most reliable of several last units.</summary>
    public Agent Judge { get; }

    /// <summary>Never replies: its prompt is the context in which the question is scored.</summary>
    public Agent Relevance { get; }

    /// <summary>Never replies: its prompt is the context in which a section's title is scored.</summary>
    public Agent Title { get; }

    /// <summary>Drafts an answer from one passage; short, for small models.</summary>
    public Agent Answerer { get; }
}
