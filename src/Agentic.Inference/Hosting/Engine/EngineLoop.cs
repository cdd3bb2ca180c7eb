namespace Agentic.Inference.Hosting.Engine;

/// <summary>
/// The one thread that computes. Every step takes a row of each running reply and fills what is left with prompt rows, in order of arrival
/// (continuous batching with chunked prefill). A job is admitted when the pages that it may come to need are not promised to others.
/// </summary>
internal sealed class EngineLoop : IDisposable
{
    private readonly EngineContext _context;
    private readonly Action<StepPlan> _run;
    private readonly int _maxConcurrent;
    private readonly Lock _gate = new();
    private readonly Queue<EngineJob> _inbox = [];
    private readonly Queue<Action> _errands = [];
    private readonly AutoResetEvent _wake = new(false);
    private readonly List<EngineJob> _waiting = [];
    private readonly List<EngineJob> _running = [];
    private readonly StepPlan _plan;
    private readonly Thread _thread;
    private bool _stopping;
    private int _promised;

    public EngineLoop(EngineContext context, int maxConcurrent, Action<StepPlan>? run = null)
    {
        _context = context;
        _maxConcurrent = Math.Max(1, maxConcurrent);
        _run = run ?? (plan => context.Model.Run(plan.Batch));
        _plan = new StepPlan(context, context.Model.ChunkTokens);
        _thread = new Thread(Loop) { IsBackground = true, Name = "agentic-engine" };
        _thread.Start();
    }

    public void Submit(EngineJob job)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(ModelHost));
            _inbox.Enqueue(job);
        }

        Wake();
    }

    /// <summary>Runs something on the engine's thread between steps, after cancelled jobs have given back their pages.</summary>
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

    /// <summary>Stops after the present step. Requests in work fail.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
        }

        Wake();
        _thread.Join();
        _wake.Dispose();
    }

    private void Loop()
    {
        while (true)
        {
            bool stopping = TakeInbox();
            Retire(_waiting, job => job.IsCancelled || stopping, () => Stopped(stopping));
            Retire(_running, job => job.IsCancelled || stopping, () => Stopped(stopping));
            RunErrands();
            if (stopping)
            {
                return;
            }

            Admit();
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
                _waiting.Add(job);
            }

            return _stopping;
        }
    }

    private void RunErrands()
    {
        while (true)
        {
            Action? errand;
            lock (_gate)
            {
                if (!_errands.TryDequeue(out errand))
                {
                    return;
                }
            }

            errand();
        }
    }

    private void Admit()
    {
        while (_waiting.Count > 0 && _running.Count < _maxConcurrent && (_running.Count == 0 || _promised + _waiting[0].Pages <= _context.Cache.TotalPages))
        {
            EngineJob job = _waiting[0];
            _waiting.RemoveAt(0);
            _running.Add(job);
            _promised += job.Pages;
            Guard(job, () => job.Begin(_context));
        }
    }

    /// <summary>One forward pass; false when nobody has a row to add.</summary>
    private bool Step()
    {
        _plan.Clear();
        foreach (EngineJob job in _running.ToArray())
        {
            Guard(job, () => job.PlanDecode(_plan));
        }

        foreach (EngineJob job in _running.ToArray())
        {
            if (_plan.Room > 0)
            {
                Guard(job, () => job.PlanPrefill(_plan));
            }
        }

        if (_plan.Batch.Rows > 0)
        {
            Compute();
        }

        int before = _running.Count;
        Retire(_running, job => job.Done, () => null);
        return _plan.Batch.Rows > 0 || _running.Count < before;
    }

    /// <summary>A failure of the step is a failure of the requests in it; the others go on.</summary>
    private void Compute()
    {
        EngineJob[] jobs = [.. _plan.Jobs];
        try
        {
            _run(_plan);
        }
        catch (Exception failure)
        {
            foreach (EngineJob job in jobs)
            {
                End(_running, job, Failure(failure));
            }

            return;
        }

        foreach (EngineJob job in jobs)
        {
            Guard(job, () => job.Complete(_plan));
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
            End(_running, job, Failure(failure));
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

        if (ReferenceEquals(jobs, _running))
        {
            _promised -= job.Pages;
            try
            {
                job.Release(_context);
            }
            catch (Exception broken)
            {
                failure ??= Failure(broken);
            }
        }

        job.Report(failure);
    }
}
