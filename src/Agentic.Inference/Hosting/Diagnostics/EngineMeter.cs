using System.Diagnostics;
using Agentic.Inference.Hosting.Engine;

namespace Agentic.Inference.Hosting.Diagnostics;

/// <summary>Keeps the account of an engine, and times its steps and requests while somebody listens. Used from the engine's thread.</summary>
internal sealed class EngineMeter : IDisposable
{
    private readonly Instruments _instruments;
    private readonly TimeProvider _time;
    private readonly string _model;

    public EngineMeter(HostOptions options, string model)
    {
        _instruments = Instruments.Of(options.MeterFactory);
        _time = options.Time;
        _model = model;
        _instruments.Add(Account, model);
    }

    /// <summary>What is observed.</summary>
    public EngineAccount Account { get; } = new();

    /// <summary>Takes note of how the engine stands.</summary>
    public void Stand(EngineContext context, JobQueue jobs)
    {
        Account[EngineQuantity.Waiting] = jobs.Waiting.Count;
        Account[EngineQuantity.Running] = jobs.Running.Count;
        Account[EngineQuantity.FreePages] = context.Cache.FreePages - context.Cache.CachedPages;
        Account[EngineQuantity.CachedPages] = context.Cache.CachedPages;
        Account[EngineQuantity.UsedPages] = context.Cache.UsedPages;
        Account[EngineQuantity.TotalPages] = context.Cache.TotalPages;
        Account[EngineQuantity.Preemptions] = jobs.Preemptions;
        Account[EngineQuantity.Evictions] = context.Idle.Evictions;
    }

    /// <summary>A step was run.</summary>
    public void Step(int promptRows, TimeSpan elapsed)
    {
        Account.Add(EngineQuantity.Steps, 1);
        Account.Add(EngineQuantity.PromptTokens, promptRows);
        if (_instruments.StepDuration.Enabled)
        {
            _instruments.StepDuration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>(GenAiTags.RequestModel, _model));
        }
    }

    /// <summary>A request was refused. From any thread.</summary>
    public void Refused() => Account.Add(EngineQuantity.Refusals, 1);

    /// <summary>A job has had rows in a step, or has ended: counts what is new.</summary>
    public void Count(EngineJob job)
    {
        JobClock clock = job.Clock;
        Account.Add(EngineQuantity.CachedTokens, job.CachedTokens - clock.Cached);
        Account.Add(EngineQuantity.GeneratedTokens, job.GeneratedTokens - clock.Generated);
        if (clock.Generated == 0 && job.GeneratedTokens > 0)
        {
            clock.FirstToken = _time.GetTimestamp();
            if (_instruments.FirstToken.Enabled && job.Operation is not null)
            {
                _instruments.FirstToken.Record(Seconds(clock.Arrival, clock.FirstToken), Tags(job, null));
            }
        }

        (clock.Cached, clock.Generated) = (job.CachedTokens, job.GeneratedTokens);
    }

    /// <summary>A job has come to its end.</summary>
    public void End(EngineJob job, Exception? failure)
    {
        Count(job);
        if (job.Operation is null || !_instruments.RequestDuration.Enabled && !_instruments.NextToken.Enabled)
        {
            return;
        }

        long now = _time.GetTimestamp();
        _instruments.RequestDuration.Record(Seconds(job.Clock.Arrival, now), Tags(job, failure));
        if (failure is null && job.GeneratedTokens > 1)
        {
            _instruments.NextToken.Record(Seconds(job.Clock.FirstToken, now) / (job.GeneratedTokens - 1), Tags(job, null));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _instruments.Remove(Account);

    private double Seconds(long from, long to) => _time.GetElapsedTime(from, to).TotalSeconds;

    private TagList Tags(EngineJob job, Exception? failure)
    {
        var tags = new TagList
        {
            { GenAiTags.OperationName, job.Operation },
            { GenAiTags.ProviderName, GenAiTags.Provider },
            { GenAiTags.RequestModel, _model },
            { GenAiTags.ResponseModel, _model },
        };
        if (failure is not null)
        {
            tags.Add(GenAiTags.ErrorType, failure.GetType().FullName);
        }

        return tags;
    }
}

/// <summary>What a meter remembers of a job.</summary>
internal sealed class JobClock
{
    /// <summary>When it was handed over.</summary>
    public long Arrival { get; set; }

    /// <summary>When its first token was drawn.</summary>
    public long FirstToken { get; set; }

    /// <summary>Found tokens counted so far.</summary>
    public int Cached { get; set; }

    /// <summary>Drawn tokens counted so far.</summary>
    public int Generated { get; set; }
}
