using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>One step in the making: its rows and the jobs that they belong to.</summary>
internal sealed class StepPlan(EngineContext context, int maxRows)
{
    private int _pages;

    public StepBatch Batch { get; } = new();

    public List<EngineJob> Jobs { get; } = [];

    /// <summary>Rows that still fit.</summary>
    public int Room => maxRows - Batch.Rows;

    public void Clear()
    {
        Batch.Clear();
        Jobs.Clear();
        _pages = 0;
    }

    /// <summary>Adds rows of a job.</summary>
    /// <returns>The first row, or −1 when the pages are not to be had now.</returns>
    public int Add(EngineJob job, KvSequence sequence, ReadOnlySpan<int> tokens)
    {
        int pages = sequence.PagesToTake(tokens.Length);
        if (context.Cache.FreePages < _pages + pages)
        {
            return -1;
        }

        _pages += pages;
        if (!Jobs.Contains(job))
        {
            Jobs.Add(job);
        }

        return Batch.Add(sequence, tokens);
    }
}
