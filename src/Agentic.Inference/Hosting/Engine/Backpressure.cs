namespace Agentic.Inference.Hosting.Engine;

/// <summary>Counts the jobs that wait for the first time, refuses more than a limit, and measures how fast jobs come to their end. Thread-safe.</summary>
internal sealed class Backpressure(HostOptions options)
{
    private const double Weight = 0.2;
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly HashSet<EngineJob> _admitted = [];
    private int _queued;
    private long? _lastEnd;
    private double? _seconds;

    /// <summary>Jobs that wait to be taken into work for the first time.</summary>
    public int Queued
    {
        get
        {
            lock (_gate)
            {
                return _queued;
            }
        }
    }

    /// <summary>A job arrives.</summary>
    /// <exception cref="HostOverloadedException">As many wait as may.</exception>
    public void Enter()
    {
        lock (_gate)
        {
            if (_queued >= options.MaxQueued)
            {
                // The queue drains a place with every job that ends; an eighth of it, so that those who come back do not fight for one place.
                double seconds = (_seconds ?? Unknown.TotalSeconds) * Math.Max(1, _queued / 8);
                throw new HostOverloadedException(_queued, TimeSpan.FromSeconds(Math.Ceiling(seconds)));
            }

            _queued++;
        }
    }

    /// <summary>A job is taken into work; again after it lost its pages changes nothing.</summary>
    public void Leave(EngineJob job)
    {
        lock (_gate)
        {
            if (_admitted.Add(job))
            {
                _queued--;
            }
        }
    }

    /// <summary>A job has come to its end, in work or waiting.</summary>
    public void End(EngineJob job, bool succeeded)
    {
        lock (_gate)
        {
            if (!_admitted.Remove(job))
            {
                _queued--;
            }

            if (!succeeded)
            {
                return;
            }

            long now = options.Time.GetTimestamp();
            if (_lastEnd is { } last)
            {
                double seconds = options.Time.GetElapsedTime(last, now).TotalSeconds;
                _seconds = _seconds is { } before ? before + Weight * (seconds - before) : seconds;
            }

            _lastEnd = now;
        }
    }
}
