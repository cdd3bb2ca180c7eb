using Agentic.Inference.Hosting.Diagnostics;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>
/// Something that the engine works on over several steps. Everything but <see cref="Cancel"/> runs on the engine's thread. A job can lose its
/// pages at any time between steps (<see cref="Preempt"/>) and must be able to go on as if nothing had happened.
/// </summary>
internal abstract class EngineJob
{
    private volatile bool _cancelled;

    /// <summary>Who waits for it.</summary>
    public RequestPriority Priority { get; init; }

    /// <summary>Its place in the order of jobs, fixed when it arrives: the lower goes first.</summary>
    public (long Time, long Number) Rank { get; set; }

    /// <summary>What it is called in measurements of requests; null when it is none.</summary>
    public virtual string? Operation => null;

    /// <summary>Prompt tokens found in the cache so far.</summary>
    public virtual int CachedTokens => 0;

    /// <summary>Tokens drawn so far.</summary>
    public virtual int GeneratedTokens => 0;

    /// <summary>When things happened to it.</summary>
    public JobClock Clock { get; } = new();

    /// <summary>True when the job needs no further step.</summary>
    public bool Done { get; protected set; }

    public bool IsCancelled => _cancelled;

    /// <summary>True while the job cannot go on because its caller lags behind.</summary>
    public virtual bool IsBlocked => false;

    /// <summary>True when its next row draws a token of a reply.</summary>
    public virtual bool IsDecoding => false;

    /// <summary>Prompt tokens that are still to be computed; 0 while decoding.</summary>
    public abstract int PromptLeft { get; }

    /// <summary>Tokens in the cache before the next row.</summary>
    public abstract int Position { get; }

    /// <summary>Pages that the job must still take until its prompt is read; those that are owned by others and can be shared do not count.</summary>
    public abstract int PagesAhead(EngineContext context);

    /// <summary>True when losing its pages would help others.</summary>
    public abstract bool OwnsPages { get; }

    public void Cancel() => _cancelled = true;

    /// <summary>Called when the job is admitted, the first time or again after <see cref="Preempt"/>.</summary>
    public abstract void Begin(EngineContext context);

    /// <summary>Makes sure of the pages for the least next step.</summary>
    /// <returns>False when the pool cannot give them.</returns>
    public abstract bool Reserve();

    /// <summary>Adds the row of a running reply, if there is one to add.</summary>
    public virtual void PlanDecode(StepPlan plan)
    {
    }

    /// <summary>Adds prompt rows.</summary>
    /// <param name="plan">The step.</param>
    /// <param name="most">Most rows to add, at least 1.</param>
    public abstract void PlanPrefill(StepPlan plan, int most);

    /// <summary>Takes the results of a step that had rows of this job.</summary>
    public abstract void Complete(StepPlan plan);

    /// <summary>Gives back all pages; what was produced stays, what is needed again is computed again.</summary>
    public abstract void Preempt();

    /// <summary>Gives back all pages. Called once, when the job is done, cancelled or failed; before the caller hears of it.</summary>
    public abstract void Release();

    /// <summary>Tells the caller how it went: null after success.</summary>
    public abstract void Report(Exception? failure);
}
