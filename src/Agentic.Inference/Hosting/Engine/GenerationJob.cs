using System.Runtime.InteropServices;
using System.Threading.Channels;
using Agentic.Inference.Backends;
using Agentic.Inference.Constraints;
using Agentic.Inference.Hosting.Drafting;
using Agentic.Inference.Hosting.Sessions;
using Agentic.Inference.KvCache;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>A reply in the making: reads its prompt in chunks, or takes over pages that others have read, then draws a token a step, or several when a draft comes true.</summary>
internal sealed class GenerationJob : EngineJob
{
    private readonly GenerationRequest _request;
    private readonly Tokenizer _tokenizer;
    private readonly int _promptLength;
    private readonly int _limit;
    private readonly List<int> _tokens;
    private readonly Dictionary<int, int>? _history;
    private readonly ConstraintState? _constraint;
    private readonly StreamingDecoder _decoder;
    private readonly StopMatcher _stops;
    private readonly Channel<GenerationUpdate> _output;
    private readonly int _outputBuffer;
    private readonly ReplyDrafter? _drafter;
    private readonly List<int> _rows = [];
    private readonly List<int> _slots = [];
    private EngineContext? _context;
    private KvSequence? _sequence;
    private GenerationUpdate? _pending;
    private volatile bool _paused;
    private int _cached;
    private int _read;
    private int _drafted;
    private int _accepted;

    public GenerationJob(GenerationRequest request, Tokenizer tokenizer, int window, HostOptions options)
    {
        _request = request;
        Priority = request.Priority;
        _tokenizer = tokenizer;
        _promptLength = request.Prompt.Count;
        _limit = Math.Min(request.MaxTokens ?? int.MaxValue, window - _promptLength);
        _tokens = [.. request.Prompt];
        SamplingRow sampling = request.Sampling;
        _history = sampling.RepetitionPenalty != 1 || sampling.FrequencyPenalty != 0 || sampling.PresencePenalty != 0 ? [] : null;
        _constraint = ConstrainedReply.Begin(request, tokenizer, _limit);
        _decoder = tokenizer.CreateDecoder(skipSpecial: true, request.ShownTokens);
        _stops = new StopMatcher(request.StopSequences);
        _drafter = request.Drafting ?? options.Drafting ? new ReplyDrafter(Tokens, tokenizer, options.MaxDraftTokens, endsCount: !request.IgnoreEndTokens) : null;
        _outputBuffer = Math.Max(1, options.OutputBuffer);
        _output = Channel.CreateBounded<GenerationUpdate>(new BoundedChannelOptions(_outputBuffer) { SingleReader = true, SingleWriter = true });
    }

    /// <summary>The session whose tokens the prompt is, and to which goes what was computed; null = none.</summary>
    public SessionPages? Session { get; init; }

    public ChannelReader<GenerationUpdate> Output => _output.Reader;

    /// <summary>True when the engine waits for the reader.</summary>
    public bool IsPaused => _paused;

    /// <summary>The last update, there once the channel is complete.</summary>
    public GenerationUpdate? Last { get; private set; }

    public override bool IsBlocked => !TryFlush();

    public override string? Operation => _request.Operation;

    public override int CachedTokens => _cached;

    public override int GeneratedTokens => Generated;

    /// <summary>After its pages were lost, a reply is a prompt again: what it says so far is read like the rest.</summary>
    public override bool IsDecoding => Generated > 0 && Left == 1;

    public override int PromptLeft => IsDecoding ? 0 : Left;

    public override int Position => _sequence?.Length ?? 0;

    public override bool OwnsPages => _sequence is { Pages.Length: > 0 };

    private int Generated => _tokens.Count - _promptLength;

    private int Left => _tokens.Count - Position;

    private ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    public override int PagesAhead(EngineContext context)
    {
        int all = EngineContext.PagesFor(_tokens.Count + 1);
        return _sequence is null ? all - context.Cache.OwnedPages(Tokens, _tokens.Count - 1) : Math.Max(0, all - _sequence.Pages.Length);
    }

    public override void Begin(EngineContext context)
    {
        _context = context;
        _sequence = Session?.Borrow(context, Tokens, _tokens.Count - 1) ?? context.Cache.Create();
        Found(0);
    }

    public override bool Reserve()
    {
        // The last token is always computed: its row draws the next one.
        int before = _sequence!.Length;
        _sequence.TakeOver(Tokens, _tokens.Count - 1);
        Found(before);

        return _sequence.TryReserve(Math.Min(Left, KvPageFormat.PageTokens));
    }

    public override void PlanDecode(StepPlan plan)
    {
        _rows.Clear();
        _rows.Add(_tokens[^1]);
        if (_drafter is not null)
        {
            Draft(plan);
        }

        int row = plan.AddReply(this, _sequence!, CollectionsMarshal.AsSpan(_rows));
        _slots.Clear();
        for (int i = 0; i < _rows.Count; i++)
        {
            _slots.Add(plan.Batch.Sample(row + i, Sampling(i)));
        }
    }

    public override void PlanPrefill(StepPlan plan, int most)
    {
        int row = plan.AddPrompt(this, _sequence!, Tokens, _tokens.Count - 1, most, out int count);
        _rows.Clear();
        _slots.Clear();
        if (row >= 0 && count == Left)
        {
            _slots.Add(plan.Batch.Sample(row + count - 1, Sampling(0)));
        }
    }

    public override void Complete(StepPlan plan)
    {
        int kept = 0;
        _drafted += Math.Max(0, _rows.Count - 1);
        for (int i = 0; i < _slots.Count && !Done; i++)
        {
            SampledToken drawn = plan.Batch.Token(_slots[i]);
            if (drawn.Token < 0)
            {
                throw _context!.NotFinite(_sequence!);
            }

            Take(drawn);
            if (i + 1 == _slots.Count || _rows[i + 1] != drawn.Token)
            {
                break;
            }

            if (!Done)
            {
                kept++;
                _accepted++;
            }
        }

        if (_rows.Count > 1)
        {
            _sequence!.Keep(CollectionsMarshal.AsSpan(_rows).Slice(1, kept));
        }

        _read = Math.Max(_read, _sequence!.Length);
    }

    public override void Preempt()
    {
        _sequence?.Dispose();
        _sequence = null;
    }

    public override void Release()
    {
        if (Session is not null && _sequence is not null)
        {
            Session.Return(_context!, _sequence);
            _sequence = null;
        }

        Preempt();
    }

    public override void Report(Exception? failure) => _output.Writer.TryComplete(failure);

    /// <summary>Counts what was found beyond a length; what this job computed itself and lost does not count.</summary>
    private void Found(int before)
    {
        _cached += Math.Max(0, Math.Min(_sequence!.Length, _promptLength) - Math.Max(before, _read));
        _read = Math.Max(_read, _sequence.Length);
    }

    /// <summary>Adds rows of a draft: never more than the reply may still have, its reader can take, and free pages hold.</summary>
    private void Draft(StepPlan plan)
    {
        int most = Math.Min(_limit - Generated - 1, _outputBuffer - _output.Reader.Count);
        _drafter!.Propose(plan.Drafts, most, _constraint);
        if (_drafter.Drafts.Count > 0 && !_sequence!.TryReserve(1 + _drafter.Drafts.Count))
        {
            // What is left of the page that the reply has reserved.
            _drafter.Cut(plan.Drafts, _sequence.Pages.Length * KvPageFormat.PageTokens - _sequence.Length - 1);
        }

        _rows.AddRange(_drafter.Drafts);
    }

    /// <summary>How a token is drawn after the first <paramref name="drafts"/> of the draft: by the number, history and mask that it has without drafts.</summary>
    private SamplingRow Sampling(int drafts) => _request.Sampling with
    {
        History = _history is null || drafts == 0 ? _history : new DraftHistory(_history, CollectionsMarshal.AsSpan(_rows).Slice(1, drafts)),
        Counter = (ulong)(Generated + drafts),
        AllowedBits = _constraint is null ? _request.Sampling.AllowedBits : (drafts == 0 ? _constraint : _drafter!.States[drafts - 1]).AllowedBits,
    };

    /// <summary>The reply goes on by a token.</summary>
    private void Take(SampledToken drawn)
    {
        int[]? closing = _constraint is null ? null : ConstrainedReply.Go(_constraint, drawn.Token, _limit - Generated, _request.CloseAtLimit);
        if (closing is not null)
        {
            _tokens.AddRange(closing);
            Send(new GenerationUpdate(_stops.Append(string.Concat(closing.Select(_decoder.Append))), null, null));
            Finish(FinishCause.Length);
            return;
        }

        _tokens.Add(drawn.Token);
        _drafter?.Add(drawn.Token);
        if (_history is not null)
        {
            _history[drawn.Token] = _history.GetValueOrDefault(drawn.Token) + 1;
        }

        bool ends = !_request.IgnoreEndTokens && _tokenizer.EndTokens.Contains(drawn.Token);
        string text = ends ? "" : _stops.Append(_decoder.Append(drawn.Token));
        Send(new GenerationUpdate(text, drawn, null));
        if (ends || _stops.Found || _constraint is { MustEnd: true })
        {
            Finish(FinishCause.Stop);
        }
        else if (Generated == _limit)
        {
            Finish(FinishCause.Length);
        }
    }

    private void Finish(FinishCause cause)
    {
        string rest = _stops.Append(_decoder.Flush()) + _stops.Flush();
        var end = new GenerationUpdate(rest, null, new GenerationEnd(cause, _promptLength, _cached, Generated) { DraftedTokens = _drafted, AcceptedTokens = _accepted });
        // Not through the channel, which may be full; the piece that did not fit goes first.
        Last = _pending is null ? end : end with { Text = _pending.Text + end.Text, Token = _pending.Token };
        Done = true;
    }

    private void Send(GenerationUpdate update)
    {
        _pending = update;
        TryFlush();
    }

    private bool TryFlush()
    {
        if (_pending is not null && !_output.Writer.TryWrite(_pending))
        {
            _paused = true;
            // The reader may have read in between, without seeing that it should wake the engine.
            if (!_output.Writer.TryWrite(_pending))
            {
                return false;
            }
        }

        _pending = null;
        _paused = false;
        return true;
    }
}
