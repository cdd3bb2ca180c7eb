using Agentic.Inference.Hosting.Drafting;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>One step in the making: its rows, the jobs that they belong to, and the pages that it fills.</summary>
internal sealed class StepPlan(EngineContext context, int maxRows)
{
    private const int PageTokens = KvPageFormat.PageTokens;
    // Chunks of more pages than this end at the edge of one; cutting smaller ones would cost too much of the step.
    private const int WholePages = 4;
    private readonly HashSet<ulong> _inWork = [];

    public StepBatch Batch { get; } = new();

    public List<EngineJob> Jobs { get; } = [];

    /// <summary>What the step takes on of drafts.</summary>
    public DraftBudget Drafts { get; } = new();

    /// <summary>Replies that have their row.</summary>
    public int Replies { get; private set; }

    /// <summary>Most rows of a step.</summary>
    public int MaxRows => maxRows;

    /// <summary>Rows that still fit.</summary>
    public int Room => maxRows - Batch.Rows;

    /// <summary>Prompt rows.</summary>
    public int PromptRows { get; private set; }

    /// <summary>Prompt rows, weighted by what attention adds to them.</summary>
    public double PromptCost { get; private set; }

    public void Clear()
    {
        Batch.Clear();
        Jobs.Clear();
        _inWork.Clear();
        PromptRows = 0;
        PromptCost = 0;
        Replies = 0;
    }

    /// <summary>Adds rows of a job, whose pages are reserved.</summary>
    /// <returns>The first row.</returns>
    public int Add(EngineJob job, KvSequence sequence, ReadOnlySpan<int> tokens) => Add(job, sequence, tokens, 0);

    /// <summary>Adds the last token of a reply and a draft of what follows.</summary>
    /// <returns>The first row.</returns>
    public int AddReply(EngineJob job, KvSequence sequence, ReadOnlySpan<int> tokens)
    {
        Replies++;
        return Add(job, sequence, tokens, tokens.Length - 1);
    }

    /// <summary>
    /// Adds prompt rows of a job, as many as fit the step and the pool. Adds none while another sequence of this step computes the very page
    /// that comes next: it can be shared afterwards.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="sequence">Where the rows go.</param>
    /// <param name="tokens">All tokens of the sequence from position 0 on.</param>
    /// <param name="shareable">Length up to which pages of others would do; beyond it the rows themselves are wanted.</param>
    /// <param name="most">Most rows to add.</param>
    /// <param name="count">Rows added.</param>
    /// <returns>The first row; −1 when none was added.</returns>
    public int AddPrompt(EngineJob job, KvSequence sequence, ReadOnlySpan<int> tokens, int shareable, int most, out int count)
    {
        int from = sequence.Length;
        count = 0;
        if (from + PageTokens <= shareable && sequence.IsAtPageEdge && sequence.NextHash(tokens) is { } next && _inWork.Contains(next))
        {
            return -1;
        }

        long fits = Math.Min(Math.Min(most, Room), Math.Min(tokens.Length - from, sequence.Room));
        if (fits < tokens.Length - from && fits > WholePages * PageTokens)
        {
            fits = (from + fits) / PageTokens * PageTokens - from; // whole pages can be shared at once
        }

        if (fits <= 0 || !sequence.TryReserve((int)fits))
        {
            return -1;
        }

        count = (int)fits;
        foreach (ulong page in sequence.HashesOf(tokens, count))
        {
            _inWork.Add(page);
        }

        PromptRows += count;
        PromptCost += count * context.CostAt(from + count / 2);
        return Add(job, sequence, tokens.Slice(from, count));
    }

    private int Add(EngineJob job, KvSequence sequence, ReadOnlySpan<int> tokens, int drafts)
    {
        if (Jobs.Count == 0 || !ReferenceEquals(Jobs[^1], job) && !Jobs.Contains(job))
        {
            Jobs.Add(job);
        }

        return Batch.AddTrial(sequence, tokens, drafts);
    }
}
