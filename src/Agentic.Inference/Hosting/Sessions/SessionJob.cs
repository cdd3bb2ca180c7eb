using Agentic.Inference.Backends;
using Agentic.Inference.Hosting.Engine;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Hosting.Sessions;

/// <summary>Brings a session's tokens into the cache, all but the last, or all of them when it is asked what follows.</summary>
internal sealed class SessionJob : EngineJob
{
    private readonly SessionPages _pages;
    private readonly int[] _tokens;
    private readonly int _top;
    private readonly int _target;
    private readonly CancellationToken _cancellationToken;
    private readonly TaskCompletionSource<SessionResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EngineContext? _context;
    private KvSequence? _sequence;
    private IReadOnlyList<(int Token, float LogProb)> _next = [];
    private int _slot = -1;
    private int _computed;
    private int _read;
    private int _cached;

    public SessionJob(SessionPages pages, int[] tokens, int top, CancellationToken cancellationToken)
    {
        _pages = pages;
        _tokens = tokens;
        _top = top;
        _target = top > 0 ? tokens.Length : tokens.Length - 1;
        _cancellationToken = cancellationToken;
    }

    public Task<SessionResult> Result => _result.Task;

    public override int CachedTokens => _cached;

    public override int PromptLeft => _target - Position;

    public override int Position => _sequence?.Length ?? 0;

    public override bool OwnsPages => _sequence is { Pages.Length: > 0 };

    /// <summary>Length up to which cached tokens will do: the row that is asked what follows must be computed.</summary>
    private int Shareable => _tokens.Length - 1;

    public override int PagesAhead(EngineContext context)
    {
        int all = EngineContext.PagesFor(_target);
        return _sequence is null ? all - context.Cache.OwnedPages(_tokens, Shareable) : Math.Max(0, all - _sequence.Pages.Length);
    }

    public override void Begin(EngineContext context)
    {
        _context = context;
        _sequence = _pages.Borrow(context, _tokens, Shareable);
        Found(0);
    }

    public override bool Reserve()
    {
        int before = _sequence!.Length;
        _sequence.TakeOver(_tokens, Shareable);
        Found(before);
        Done = PromptLeft == 0;
        return Done || _sequence.TryReserve(Math.Min(PromptLeft, KvPageFormat.PageTokens));
    }

    public override void PlanPrefill(StepPlan plan, int most)
    {
        int row = plan.AddPrompt(this, _sequence!, _tokens.AsSpan(0, _target), Shareable, most, out int count);
        _slot = row >= 0 && _top > 0 && count == PromptLeft ? plan.Batch.Sample(row + count - 1, new SamplingRow { TopLogProbs = _top }) : -1;
        _computed += count;
    }

    public override void Complete(StepPlan plan)
    {
        _read = Math.Max(_read, _sequence!.Length);
        Done = PromptLeft == 0;
        if (_slot < 0)
        {
            return;
        }

        SampledToken drawn = plan.Batch.Token(_slot);
        if (drawn.Token < 0)
        {
            throw _context!.NotFinite(_sequence);
        }

        _next = drawn.Top ?? [];
    }

    public override void Preempt()
    {
        _sequence?.Dispose();
        _sequence = null;
    }

    public override void Release()
    {
        if (_sequence is not null)
        {
            _pages.Return(_context!, _sequence);
            _sequence = null;
        }
    }

    public override void Report(Exception? failure)
    {
        if (failure is OperationCanceledException)
        {
            _result.TrySetCanceled(_cancellationToken);
        }
        else if (failure is not null)
        {
            _result.TrySetException(failure);
        }
        else
        {
            _result.TrySetResult(new SessionResult(_computed, _cached, _next));
        }
    }

    /// <summary>Counts what was found beyond a length; what this job computed itself and lost is not found but had.</summary>
    private void Found(int before)
    {
        int from = Math.Max(before, _read);
        _cached += Math.Max(0, _sequence!.Length - from);
        _read = Math.Max(_read, _sequence.Length);
    }
}

/// <summary>What a <see cref="SessionJob"/> brings.</summary>
/// <param name="Computed">Rows computed.</param>
/// <param name="Cached">Tokens found.</param>
/// <param name="Next">The most likely next tokens.</param>
internal sealed record SessionResult(int Computed, int Cached, IReadOnlyList<(int Token, float LogProb)> Next);
