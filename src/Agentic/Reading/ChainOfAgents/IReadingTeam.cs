using Agentic.Documents;
using Agentic.Runs;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>A worker and a manager that understand one kind of unit.</summary>
internal interface IReadingTeam
{
    /// <summary>How a worker's window is divided.</summary>
    StageBudget WorkerBudget { get; }

    /// <summary>Whether it reads by chain also what would fit one prompt: a small model finds little in a full window.</summary>
    bool ReadsShortDocuments { get; }

    /// <summary>What the first worker gets.</summary>
    CommunicationUnit Empty { get; }

    /// <summary>Looks at the chunks before the first call; code only.</summary>
    void Prepare(IReadOnlyList<Chunk> chunks);

    /// <summary>The stages of one chain over the chunks, for the plan.</summary>
    IReadOnlyList<PlanStage> Plan(IReadOnlyList<Chunk> chunks);

    /// <summary>CU_i = Worker(CU_{i-1}, C_i, q).</summary>
    /// <exception cref="ModelCallException">The chunk could not be read.</exception>
    Task<CommunicationUnit> WorkAsync(CommunicationUnit previous, Chunk chunk, CancellationToken cancellationToken);

    /// <summary>answer = Manager(CU_l, q).</summary>
    /// <param name="last">The last unit.</param>
    /// <param name="stream">Whether the answer is published as it comes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<Draft> AnswerAsync(CommunicationUnit last, bool stream, CancellationToken cancellationToken);

    /// <summary>What a unit holds, a few words for people.</summary>
    string Describe(CommunicationUnit unit);

    /// <summary>The answer without a manager: what the last worker left.</summary>
    Draft WithoutManager(CommunicationUnit last);
}

/// <summary>An answer before it is accounted for.</summary>
/// <param name="Text">The answer; empty when the documents do not say.</param>
/// <param name="Evidence">What supports it, best first.</param>
internal sealed record Draft(string Text, IReadOnlyList<Evidence> Evidence);
