using Agentic.Inference.Hosting.Engine;
using Agentic.Inference.Hosting.Sessions;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting.Probing;

/// <summary>Reads a text, in chunks and without what others have read already, for what its last rows tell besides a next token.</summary>
/// <param name="tokens">The text.</param>
/// <param name="shareable">Length up to which pages of others will do; the rows after it are computed and asked.</param>
/// <param name="cancellationToken">What the result is cancelled by.</param>
/// <typeparam name="T">What it tells.</typeparam>
internal abstract class PromptJob<T>(int[] tokens, int shareable, CancellationToken cancellationToken) : EngineJob
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EngineContext? _context;
    private KvSequence? _sequence;
    private int _read;
    private int _cached;

    public override int PromptLeft => tokens.Length - Position;

    public override int Position => _sequence?.Length ?? 0;

    public override bool OwnsPages => _sequence is { Pages.Length: > 0 };

    public override int CachedTokens => _cached;

    public Task<T> Result => _result.Task;

    /// <summary>The session whose tokens the text begins with; null for none.</summary>
    public SessionPages? Session { get; init; }

    /// <summary>Tokens of the text.</summary>
    protected int[] Tokens => tokens;

    public override int PagesAhead(EngineContext context)
    {
        int all = EngineContext.PagesFor(tokens.Length);
        return _sequence is null ? all - context.Cache.OwnedPages(tokens, shareable) : Math.Max(0, all - _sequence.Pages.Length);
    }

    public override void Begin(EngineContext context)
    {
        _context = context;
        _sequence = Session?.Copy(context.Cache, tokens, shareable) ?? context.Cache.Create();
        Found(0);
        Restart();
    }

    public override bool Reserve()
    {
        int before = _sequence!.Length;
        _sequence.TakeOver(tokens, shareable);
        Found(before);
        return _sequence.TryReserve(Math.Min(PromptLeft, KvPageFormat.PageTokens));
    }

    public override void PlanPrefill(StepPlan plan, int most)
    {
        int row = plan.AddPrompt(this, _sequence!, tokens, shareable, most, out int count);
        int before = Math.Max(0, shareable - _sequence!.Length);
        if (row >= 0 && before < count)
        {
            Ask(plan.Batch, row + before, count - before);
        }
    }

    public override void Complete(StepPlan plan)
    {
        _read = Math.Max(_read, _sequence!.Length);
        Take(plan.Batch);
        if (PromptLeft > 0)
        {
            return;
        }

        if (!IsFinite)
        {
            throw _context!.NotFinite(_sequence);
        }

        Done = true;
    }

    public override void Preempt()
    {
        _sequence?.Dispose();
        _sequence = null;
    }

    public override void Release() => Preempt();

    public override void Report(Exception? failure)
    {
        if (failure is OperationCanceledException)
        {
            _result.TrySetCanceled(cancellationToken);
        }
        else if (failure is not null)
        {
            _result.TrySetException(failure);
        }
        else
        {
            _result.TrySetResult(Tell());
        }
    }

    /// <summary>Counts what was found beyond a length; what this job computed itself and lost is not found but had.</summary>
    private void Found(int before)
    {
        _cached += Math.Max(0, _sequence!.Length - Math.Max(before, _read));
        _read = Math.Max(_read, _sequence.Length);
    }

    /// <summary>Forgets what was asked: all rows after <c>shareable</c> will come, or come again.</summary>
    protected abstract void Restart();

    /// <summary>Asks rows that count.</summary>
    protected abstract void Ask(StepBatch batch, int row, int rows);

    /// <summary>Takes what a step said of the rows asked.</summary>
    protected abstract void Take(StepBatch batch);

    /// <summary>Whether all that was told are numbers.</summary>
    protected abstract bool IsFinite { get; }

    /// <summary>The result, once all rows were asked.</summary>
    protected abstract T Tell();
}
