using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Agentic.Runs;

/// <summary>One run while it goes on: its events, its usage, its caps and what failed. Thread-safe.</summary>
public sealed class RunSession
{
    private readonly Lock _lock = new();
    private readonly Action<RunEvent> _sink;
    private readonly long _start;
    private readonly List<RunEvent> _trace = [];
    private readonly List<DeadLetter> _deadLetters = [];
    private readonly List<StageMeter> _stages = [];
    private readonly Dictionary<string, int> _occurrences = new(StringComparer.Ordinal);
    private readonly RunJournaling? _journaling;
    private long _booked;

    /// <summary>Starts a run.</summary>
    /// <param name="limits">What it may spend; null for no limits.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="sink">Receives every event as it happens; null to keep them in <see cref="Trace"/> only.</param>
    /// <param name="journaling">How it is journalled from <see cref="StartAsync"/> on; null when it is not.</param>
    public RunSession(RunLimits? limits = null, TimeProvider? time = null, Action<RunEvent>? sink = null, RunJournaling? journaling = null)
    {
        _journaling = journaling;
        Limits = limits ?? new RunLimits();
        Time = time ?? TimeProvider.System;
        _sink = sink ?? (static _ => { });
        _start = Time.GetTimestamp();
    }

    /// <summary>What the run may spend.</summary>
    public RunLimits Limits { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The plan, once made.</summary>
    public RunPlan? Plan { get; private set; }

    /// <summary>The journal; null before <see cref="StartAsync"/> and when the run is not journalled.</summary>
    public IRunJournal? Journal { get; private set; }

    /// <summary>The events so far, without token deltas.</summary>
    public IReadOnlyList<RunEvent> Trace
    {
        get
        {
            lock (_lock)
            {
                return [.. _trace];
            }
        }
    }

    /// <summary>What failed for good so far.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters
    {
        get
        {
            lock (_lock)
            {
                return [.. _deadLetters];
            }
        }
    }

    /// <summary>What the run has cost so far.</summary>
    public RunUsage Usage
    {
        get
        {
            lock (_lock)
            {
                return new RunUsage
                {
                    Calls = _stages.Sum(s => s.Calls),
                    PromptTokens = _stages.Sum(s => s.PromptTokens),
                    CachedTokens = _stages.Sum(s => s.CachedTokens),
                    GeneratedTokens = _stages.Sum(s => s.GeneratedTokens),
                    Journalled = _stages.Sum(s => s.Journalled),
                    Seconds = Time.GetElapsedTime(_start).TotalSeconds,
                    Stages = [.. _stages.Select(s => new StageUsage(s.Stage, s.ToUsage()))],
                };
            }
        }
    }

    /// <summary>Publishes the plan and opens the journal, if the run is to be journalled: calls follow.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="facts">What the run is about; asked for when it is journalled.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ConfigurationException">The named run is about something else.</exception>
    /// <exception cref="StorageException">The journal cannot be opened.</exception>
    public async Task StartAsync(RunPlan plan, Func<RunFacts> facts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(facts);
        Emit(new PlannedEvent(plan));
        if (_journaling is { } journaling)
        {
            var opening = new RunOpening(facts()) { Run = journaling.Run, Fork = journaling.Fork, Fresh = journaling.Fresh };
            IRunJournal journal = await journaling.Store.OpenAsync(opening, cancellationToken).ConfigureAwait(false);
            journal.Record(Trace[^1]);
            Journal = journal;
            Emit(new JournalOpenedEvent(journal.Run, journal.Known));
        }
    }

    /// <summary>Publishes an event, stamped with the time since the run began.</summary>
    public void Emit([NotNull] RunEvent runEvent)
    {
        runEvent = runEvent with { At = Time.GetElapsedTime(_start) };
        lock (_lock)
        {
            if (runEvent is PlannedEvent planned)
            {
                Plan = planned.Plan;
            }
            else if (runEvent is DeadLetterEvent dead)
            {
                _deadLetters.Add(dead.Letter);
            }

            if (runEvent is not (TokenDeltaEvent or FinishedEvent))
            {
                _trace.Add(runEvent);
                Journal?.Record(runEvent);
            }

            _sink(runEvent);
        }
    }

    /// <summary>The how manieth call with this hash it is; to be asked once a call, not once an attempt.</summary>
    internal CallKey KeyOf(string hash)
    {
        lock (_lock)
        {
            _occurrences[hash] = _occurrences.GetValueOrDefault(hash) + 1;
            return new CallKey(hash, _occurrences[hash] - 1);
        }
    }

    /// <summary>Counts a call that the journal answered and publishes it.</summary>
    internal void CallFound(JournalledCall call)
    {
        lock (_lock)
        {
            Meter(call.Stage).Journalled++;
            Emit(new CallDoneEvent(call.Stage, call.Verb, call.PromptTokens, call.CachedTokens, call.GeneratedTokens, call.Seconds) { Journalled = true });
        }
    }

    /// <summary>Books a call before it is made; settle it with <see cref="CallDone"/> or <see cref="CallFailed"/>, once.</summary>
    /// <param name="stage">Stage it belongs to.</param>
    /// <param name="promptTokens">Tokens of its prompt.</param>
    /// <param name="replyTokens">Most tokens it may generate.</param>
    /// <exception cref="BudgetException">The call would go beyond a cap, with those that are under way; it must not be made.</exception>
    public CallBooking BookCall(string stage, long promptTokens, long replyTokens)
    {
        lock (_lock)
        {
            int calls = _stages.Sum(s => s.Calls) + 1;
            if (calls > Limits.CallCap)
            {
                throw new BudgetException($"The run may make {Limits.CallCap} model calls and needs another one (stage {stage}).", calls, Limits.CallCap.Value, "Raise --call-cap.");
            }

            long tokens = _stages.Sum(s => s.PromptTokens + s.GeneratedTokens) + _booked + promptTokens + replyTokens;
            if (tokens > Limits.TokenCap)
            {
                throw new BudgetException(
                    string.Create(CultureInfo.InvariantCulture, $"The run may spend {Limits.TokenCap:N0} tokens and its next call could bring it to {tokens:N0} (stage {stage})."), tokens, Limits.TokenCap.Value, "Raise --token-cap.");
            }

            Meter(stage).Calls++;
            _booked += promptTokens + replyTokens;
            return new CallBooking(stage, promptTokens + replyTokens);
        }
    }

    /// <summary>Adds what a booked call cost and publishes it.</summary>
    public void CallDone(CallBooking booking, [NotNull] CallDoneEvent call)
    {
        lock (_lock)
        {
            Settle(booking, call);
            Emit(call);
        }
    }

    /// <summary>Adds what a booked call cost that came to nothing.</summary>
    public void CallFailed(CallBooking booking, [NotNull] CallDoneEvent call)
    {
        lock (_lock)
        {
            Settle(booking, call);
        }
    }

    private void Settle(CallBooking booking, CallDoneEvent call)
    {
        _booked -= booking.Tokens;
        StageMeter meter = Meter(call.Stage);
        meter.PromptTokens += call.PromptTokens;
        meter.CachedTokens += call.CachedTokens;
        meter.GeneratedTokens += call.GeneratedTokens;
        meter.Seconds += call.Seconds;
    }

    private StageMeter Meter(string stage)
    {
        StageMeter? meter = _stages.Find(s => s.Stage == stage);
        if (meter is null)
        {
            _stages.Add(meter = new StageMeter(stage));
        }

        return meter;
    }

    private sealed class StageMeter(string stage)
    {
        public string Stage { get; } = stage;

        public int Calls { get; set; }

        public int Journalled { get; set; }

        public long PromptTokens { get; set; }

        public long CachedTokens { get; set; }

        public long GeneratedTokens { get; set; }

        public double Seconds { get; set; }

        public RunUsage ToUsage() => new()
        {
            Calls = Calls,
            Journalled = Journalled,
            PromptTokens = PromptTokens,
            CachedTokens = CachedTokens,
            GeneratedTokens = GeneratedTokens,
            Seconds = Seconds,
        };
    }
}
