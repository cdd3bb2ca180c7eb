using System.Globalization;

namespace Agentic.Cli.Output;

/// <summary>What a run has done so far, summed up from its events: for progress, and for the sentence after Ctrl-C. Thread-safe.</summary>
internal sealed class RunTally
{
    private readonly Lock _lock = new();
    private RunPlan? _plan;
    private string _stage = "planning";
    private int? _steps;
    private int _stageCalls;
    private int _chunk;
    private int _chunks;
    private int _chunksDone;
    private int _calls;
    private long _prompt;
    private long _cached;
    private long _generated;
    private TimeSpan _begun;
    private TimeSpan _at;

    public void Add(RunEvent happened)
    {
        lock (_lock)
        {
            _at = happened.At;
            switch (happened)
            {
                case PlannedEvent e:
                    _plan = e.Plan;
                    _begun = e.At;
                    break;
                case StageStartedEvent e:
                    (_stage, _steps, _stageCalls, _chunks) = (e.Stage, e.Steps, 0, 0);
                    break;
                case ChunkStartedEvent e:
                    (_stage, _chunk, _chunks) = (e.Stage, e.Chunk, e.Count);
                    break;
                case ChunkDoneEvent:
                    _chunksDone++;
                    break;
                case CallDoneEvent { Journalled: false } e:
                    _calls++;
                    _stageCalls++;
                    _prompt += e.PromptTokens;
                    _cached += e.CachedTokens;
                    _generated += e.GeneratedTokens;
                    break;
            }
        }
    }

    /// <summary>Where the run is, at <paramref name="now"/> on the run's clock (default: its last event).</summary>
    public RunPosition Position(TimeSpan? now = null)
    {
        lock (_lock)
        {
            double seconds = Math.Max(0, ((now ?? _at) - _begun).TotalSeconds);
            double? speed = _calls > 0 && seconds > 0 ? (_prompt - _cached + _generated) / seconds : null;
            double? share = _plan is { PromptTokens: > 0 } plan ? Math.Min(1, (double)_prompt / plan.PromptTokens) : null;
            double? left = share > 0 ? seconds * (1 - share.Value) / share.Value
                : _plan?.Seconds is double estimate ? Math.Max(0, estimate - seconds)
                : null;
            return new RunPosition(_stage, _chunks > 0 ? _chunk + 1 : null, _chunks > 0 ? _chunks : _steps, share, speed, left);
        }
    }

    /// <summary>One phrase; null while nothing was done.</summary>
    public string? DoneSoFar()
    {
        lock (_lock)
        {
            if (_calls == 0 && _plan is null)
            {
                return null;
            }

            string chunks = _chunks > 0 ? $"{_chunksDone} of {_chunks} chunks read, " : "";
            return string.Create(CultureInfo.InvariantCulture, $"{chunks}{Words.Count(_calls, "call")}, {_prompt:N0} prompt tokens, {_generated:N0} generated.");
        }
    }
}
