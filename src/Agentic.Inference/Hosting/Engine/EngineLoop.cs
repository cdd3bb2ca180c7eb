using Agentic.Inference.Hosting.Diagnostics;
using Agentic.Inference.Hosting.Drafting;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>
/// The one thread that computes. Every step takes a row of each running reply and fills what is left with prompt rows (continuous batching with
/// chunked prefill; Yu et al. 2022, Agrawal et al. 2023), as many as end in time. Jobs join and leave between steps.
/// </summary>
internal sealed class EngineLoop : IDisposable
{
    private readonly EngineContext _context;
    private readonly HostOptions _options;
    private readonly EngineMeter _meter;
    private readonly Action<StepPlan> _run;
    private readonly Lock _gate = new();
    private readonly Queue<EngineJob> _inbox = [];
    private readonly Queue<Action> _errands = [];
    private readonly Queue<Action> _taken = [];
    private readonly AutoResetEvent _wake = new(false);
    private readonly JobQueue _jobs;
    private readonly StepPlan _plan;
    private readonly StepGovernor _governor;
    private readonly StepScheduler _scheduler;
    private readonly StepCosts _costs = new();
    private readonly List<EngineJob> _ready = [];
    private readonly Thread _thread;
    private readonly Backpressure _pressure;
    private bool _stopping;
    private long _arrivals;

    public EngineLoop(EngineContext context, HostOptions options, EngineMeter meter, Action<StepPlan>? run = null)
    {
        _context = context;
        _options = options;
        _meter = meter;
        _run = run ?? (plan => context.Model.Run(plan.Batch));
        _jobs = new JobQueue(context, Math.Max(1, options.MaxConcurrent));
        _plan = new StepPlan(context, context.Model.ChunkTokens);
        _governor = new StepGovernor(options.StepTime);
        _scheduler = new StepScheduler(context, _governor, _costs);
        _pressure = new Backpressure(options);
        _thread = new Thread(Loop) { IsBackground = true, Name = "agentic-engine" };
        _meter.Stand(_context, _jobs);
        _thread.Start();
    }

    /// <summary>Times that a job lost its pages to others. Read on the engine's thread.</summary>
    public long Preemptions => _jobs.Preemptions;

    /// <summary>Hands a job over.</summary>
    /// <exception cref="HostOverloadedException">Too many wait already.</exception>
    public void Submit(EngineJob job)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(ModelHost));
            try
            {
                _pressure.Enter();
            }
            catch (HostOverloadedException)
            {
                _meter.Refused();
                throw;
            }

            long now = job.Clock.Arrival = _options.Time.GetTimestamp();
            double delay = job.Priority == RequestPriority.Batch ? _options.BatchDelay.TotalSeconds * _options.Time.TimestampFrequency : 0;
            job.Rank = (now + (long)delay, _arrivals++);
            _inbox.Enqueue(job);
        }

        Wake();
    }

    /// <summary>Runs something on the engine's thread between steps, after jobs that were cancelled before it have given back their pages and before jobs that are submitted after it begin.</summary>
    public Task<T> RunAsync<T>(Func<EngineContext, T> errand)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(ModelHost));
            _errands.Enqueue(() =>
            {
                try
                {
                    done.SetResult(errand(_context));
                }
                catch (Exception failure)
                {
                    done.SetException(failure);
                }
            });
        }

        Wake();
        return done.Task;
    }

    /// <summary>Makes the engine look for work again: something was cancelled, or a paused reader has read.</summary>
    public void Wake()
    {
        try
        {
            _wake.Set();
        }
        catch (ObjectDisposedException)
        {
            // Cancelled after the host was stopped: there is nobody to wake.
        }
    }

    /// <inheritdoc cref="Stop"/>
    public void Dispose() => Stop();

    /// <summary>Stops after the present step. Requests in work fail.</summary>
    /// <returns>False when it was stopped before.</returns>
    public bool Stop()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return false;
            }

            _stopping = true;
        }

        Wake();
        _thread.Join();
        _wake.Dispose();
        return true;
    }

    private void Loop()
    {
        while (true)
        {
            bool stopping = TakeInbox();
            Retire(_jobs.Waiting, job => job.IsCancelled || stopping, () => Stopped(stopping));
            Retire(_jobs.Running, job => job.IsCancelled || stopping, () => Stopped(stopping));
            RunErrands();
            if (stopping)
            {
                _context.Idle.EvictAll();
                return;
            }

            while (_jobs.Admit() is { } job)
            {
                _pressure.Leave(job);
                Guard(job, () => job.Begin(_context));
            }

            _meter.Stand(_context, _jobs);
            if (!Step())
            {
                _wake.WaitOne();
            }
        }
    }

    private static Exception Stopped(bool stopping) => stopping ? new ModelCallException("The model's host was stopped.") : new OperationCanceledException();

    private bool TakeInbox()
    {
        lock (_gate)
        {
            while (_inbox.TryDequeue(out EngineJob? job))
            {
                _jobs.Add(job);
            }

            while (_errands.TryDequeue(out Action? errand))
            {
                _taken.Enqueue(errand);
            }

            return _stopping;
        }
    }

    private void RunErrands()
    {
        while (_taken.TryDequeue(out Action? errand))
        {
            errand();
        }
    }

    /// <summary>One forward pass; false when nobody has a row to add.</summary>
    private bool Step()
    {
        _plan.Clear();
        int before = _jobs.Running.Count;
        Reserve();
        long start = _options.Time.GetTimestamp();
        _scheduler.Plan(_ready, _plan, Guard);
        if (_plan.Batch.Rows > 0)
        {
            Compute(start);
        }

        Retire(_jobs.Running, job => job.Done, () => null);
        return _plan.Batch.Rows > 0 || _jobs.Running.Count < before;
    }

    /// <summary>Gives every job in work the pages of its next step, first in rank first; jobs behind it lose theirs when the pool is full.</summary>
    private void Reserve()
    {
        _ready.Clear();
        for (int i = 0; i < _jobs.Running.Count; i++)
        {
            EngineJob job = _jobs.Running[i];
            if (job.IsBlocked)
            {
                continue;
            }

            bool reserved = false;
            Guard(job, () => reserved = TryReserve(job));
            i = _jobs.Running.IndexOf(job) is var at and >= 0 ? at : i - 1;
            if (reserved)
            {
                _ready.Add(job);
            }
        }
    }

    private bool TryReserve(EngineJob job)
    {
        while (!job.Reserve())
        {
            if (!_jobs.PreemptFor(job))
            {
                // Jobs before it will give pages back; when there are none, nobody will.
                return _jobs.Running.Exists(other => !ReferenceEquals(other, job) && other.OwnsPages)
                    ? false
                    : throw new KvCacheFullException(job.PagesAhead(_context), _context.Cache.FreePages, _context.Cache.TotalPages);
            }
        }

        return true;
    }

    /// <summary>A failure of the step is a failure of the requests in it; the others go on.</summary>
    private void Compute(long planned)
    {
        EngineJob[] jobs = [.. _plan.Jobs];
        long start = _options.Time.GetTimestamp();
        try
        {
            _run(_plan);
        }
        catch (Exception failure)
        {
            _meter.Step(_plan.PromptRows, _options.Time.GetElapsedTime(start));
            foreach (EngineJob job in jobs)
            {
                End(_jobs.Running, job, Failure(failure));
            }

            return;
        }

        long end = _options.Time.GetTimestamp();
        TimeSpan elapsed = _options.Time.GetElapsedTime(start, end);
        Record(elapsed.TotalSeconds, _options.Time.GetElapsedTime(planned, end).TotalSeconds);
        _meter.Step(_plan.PromptRows, elapsed);
        foreach (EngineJob job in jobs)
        {
            Guard(job, () =>
            {
                job.Complete(_plan);
                _meter.Count(job);
            });
        }
    }

    /// <summary>A row of a draft beside prompts costs what a prompt row does; in a step without prompts it says nothing about those.</summary>
    private void Record(double seconds, double withPlanning)
    {
        int drafts = _plan.Drafts.Rows;
        if (_plan.PromptCost > 0)
        {
            _governor.Record(_plan.PromptCost + drafts, seconds);
            return;
        }

        _costs.Record(_plan.Replies, drafts, withPlanning);
        if (drafts == 0)
        {
            _governor.Record(0, seconds);
        }
    }

    private void Guard(EngineJob job, Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure)
        {
            End(_jobs.Running, job, Failure(failure));
        }
    }

    private static Exception Failure(Exception failure) => failure is AgenticException
        ? failure
        : new ModelCallException($"The model failed while computing: {failure.Message}", inner: failure);

    private void Retire(List<EngineJob> jobs, Predicate<EngineJob> which, Func<Exception?> reason)
    {
        foreach (EngineJob job in jobs.FindAll(which))
        {
            End(jobs, job, reason());
        }
    }

    private void End(List<EngineJob> jobs, EngineJob job, Exception? failure)
    {
        if (!jobs.Remove(job))
        {
            return;
        }

        _pressure.End(job, failure is null);
        try
        {
            job.Release();
        }
        catch (Exception broken)
        {
            failure ??= Failure(broken);
        }

        _meter.End(job, failure);
        _meter.Stand(_context, _jobs);
        job.Report(failure);
    }
}
