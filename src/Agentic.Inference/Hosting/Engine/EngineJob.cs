namespace Agentic.Inference.Hosting.Engine;

/// <summary>Something that the engine works on over several steps. Everything but <see cref="Cancel"/> runs on the engine's thread.</summary>
internal abstract class EngineJob
{
    private volatile bool _cancelled;

    /// <summary>Most pages that the job will own at a time.</summary>
    public abstract int Pages { get; }

    /// <summary>True when the job needs no further step.</summary>
    public bool Done { get; protected set; }

    public bool IsCancelled => _cancelled;

    public void Cancel() => _cancelled = true;

    /// <summary>Called once, when the job is admitted.</summary>
    public abstract void Begin(EngineContext context);

    /// <summary>Adds the row of a running reply, if there is one to add.</summary>
    public virtual void PlanDecode(StepPlan plan)
    {
    }

    /// <summary>Adds prompt rows, as many as there is room for.</summary>
    public abstract void PlanPrefill(StepPlan plan);

    /// <summary>Takes the results of a step that had rows of this job.</summary>
    public abstract void Complete(StepPlan plan);

    /// <summary>Gives back all pages. Called once, when the job is done, cancelled or failed; before the caller hears of it.</summary>
    public abstract void Release(EngineContext context);

    /// <summary>Tells the caller how it went: null after success.</summary>
    public abstract void Report(Exception? failure);
}
