namespace Agentic.Inference.Hosting.Engine;

/// <summary>
/// The jobs in order of rank, those in work and those that wait. A job is admitted when the pages for its prompt are free, beside what the prompts in
/// work still need and a page for each job in work; what replies will take is not set aside. When pages run short after all, the last in rank
/// loses its own and waits again (preemption by recomputation).
/// </summary>
internal sealed class JobQueue(EngineContext context, int maxConcurrent)
{
    private readonly List<EngineJob> _waiting = [];
    private readonly List<EngineJob> _running = [];

    /// <summary>Jobs in work, in order of rank.</summary>
    public List<EngineJob> Running => _running;

    /// <summary>Jobs that wait, in order of rank.</summary>
    public List<EngineJob> Waiting => _waiting;

    /// <summary>Times that a job lost its pages.</summary>
    public long Preemptions { get; private set; }

    public void Add(EngineJob job) => Insert(_waiting, job);

    /// <summary>The next job that may be taken into work, which it is then; null when there is none.</summary>
    public EngineJob? Admit()
    {
        foreach (EngineJob job in _waiting)
        {
            if (job.IsBlocked)
            {
                continue; // its caller does not want anything now
            }

            while (_running.Count >= maxConcurrent || !Fits(job))
            {
                if (_running.Count < maxConcurrent && context.Idle.Evict())
                {
                    continue;
                }

                if (Displaced(job) is not { } displaced)
                {
                    return null;
                }

                Preempt(displaced);
            }

            _waiting.Remove(job);
            Insert(_running, job);
            return job;
        }

        return null;
    }

    /// <summary>Takes pages from an idle session, else from the last in rank behind a job; when there is none, from one before it whose caller lags behind.</summary>
    /// <returns>False when there is nobody to take pages from.</returns>
    public bool PreemptFor(EngineJob job)
    {
        if (context.Idle.Evict())
        {
            return true;
        }

        EngineJob? victim = _running.FindLast(other => other.OwnsPages && other.Rank.CompareTo(job.Rank) > 0)
            ?? _running.FindLast(other => other.OwnsPages && other.IsBlocked && !ReferenceEquals(other, job));
        if (victim is not null)
        {
            Preempt(victim);
        }

        return victim is not null;
    }

    private void Preempt(EngineJob job)
    {
        job.Preempt();
        _running.Remove(job);
        Insert(_waiting, job);
        Preemptions++;
    }

    /// <summary>Who makes room for a job that is to be admitted: one whose caller lags behind, or a batch job behind an interactive one.</summary>
    private EngineJob? Displaced(EngineJob job) =>
        _running.FindLast(other => other.IsBlocked)
        ?? (job.Priority == RequestPriority.Interactive ? _running.FindLast(other => other.Priority == RequestPriority.Batch && other.Rank.CompareTo(job.Rank) > 0) : null);

    private bool Fits(EngineJob job)
    {
        int free = context.Cache.FreePages;
        return _running.Count == 0 || _running.Sum(other => other.PagesAhead(context) + 1) + job.PagesAhead(context) <= free;
    }

    private static void Insert(List<EngineJob> jobs, EngineJob job)
    {
        int at = jobs.FindIndex(other => other.Rank.CompareTo(job.Rank) > 0);
        jobs.Insert(at < 0 ? jobs.Count : at, job);
    }
}
