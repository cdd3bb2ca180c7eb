using System.Threading.Channels;
using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>A reply in the making: reads its prompt in chunks, then draws a token a step.</summary>
internal sealed class GenerationJob : EngineJob
{
    private readonly GenerationRequest _request;
    private readonly Tokenizer _tokenizer;
    private readonly int _promptLength;
    private readonly int _limit;
    private readonly List<int> _tokens;
    private readonly Dictionary<int, int>? _history;
    private readonly StreamingDecoder _decoder;
    private readonly StopMatcher _stops;
    private readonly Channel<GenerationUpdate> _output;
    private KvSequence? _sequence;
    private GenerationUpdate? _pending;
    private volatile bool _paused;
    private int _slot = -1;
    private int _cached;

    public GenerationJob(GenerationRequest request, Tokenizer tokenizer, int window, int outputBuffer)
    {
        _request = request;
        _tokenizer = tokenizer;
        _promptLength = request.Prompt.Count;
        _limit = Math.Min(request.MaxTokens ?? int.MaxValue, window - _promptLength);
        _tokens = [.. request.Prompt];
        SamplingRow sampling = request.Sampling;
        _history = sampling.RepetitionPenalty != 1 || sampling.FrequencyPenalty != 0 || sampling.PresencePenalty != 0 ? [] : null;
        _decoder = tokenizer.CreateDecoder(skipSpecial: true);
        _stops = new StopMatcher(request.StopSequences);
        _output = Channel.CreateBounded<GenerationUpdate>(new BoundedChannelOptions(Math.Max(1, outputBuffer)) { SingleReader = true, SingleWriter = true });
        Pages = EngineContext.PagesFor(_promptLength + _limit);
    }

    public override int Pages { get; }

    public ChannelReader<GenerationUpdate> Output => _output.Reader;

    /// <summary>True when the engine waits for the reader.</summary>
    public bool IsPaused => _paused;

    /// <summary>The last update, there once the channel is complete.</summary>
    public GenerationUpdate? Last { get; private set; }

    private int Generated => _tokens.Count - _promptLength;

    public override void Begin(EngineContext context)
    {
        // The last token of the prompt is always computed: its row draws the first token of the reply.
        _sequence = context.Cache.Find(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_tokens), _promptLength - 1);
        _cached = _sequence.Length;
    }

    public override void PlanDecode(StepPlan plan)
    {
        _slot = -1;
        if (Generated > 0 && TryFlush())
        {
            Add(plan, 1);
        }
    }

    public override void PlanPrefill(StepPlan plan)
    {
        if (Generated == 0)
        {
            Add(plan, Math.Min(plan.Room, _promptLength - _sequence!.Length));
        }
    }

    public override void Complete(StepPlan plan)
    {
        if (_slot < 0)
        {
            return;
        }

        SampledToken drawn = plan.Batch.Token(_slot);
        if (drawn.Token < 0)
        {
            _sequence!.Discard();
            throw new ModelCallException("The model computed numbers that are not finite.");
        }

        _tokens.Add(drawn.Token);
        if (_history is not null)
        {
            _history[drawn.Token] = _history.GetValueOrDefault(drawn.Token) + 1;
        }

        bool ends = !_request.IgnoreEndTokens && _tokenizer.EndTokens.Contains(drawn.Token);
        string text = ends ? "" : _stops.Append(_decoder.Append(drawn.Token));
        Send(new GenerationUpdate(text, drawn, null));
        if (ends || _stops.Found)
        {
            Finish(FinishCause.Stop);
        }
        else if (Generated == _limit)
        {
            Finish(FinishCause.Length);
        }
    }

    public override void Release(EngineContext context)
    {
        _sequence?.Dispose();
    }

    public override void Report(Exception? failure) => _output.Writer.TryComplete(failure);

    private void Add(StepPlan plan, int count)
    {
        _slot = -1;
        int from = _sequence!.Length;
        int row = count > 0 ? plan.Add(this, _sequence, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_tokens).Slice(from, count)) : -1;
        if (row >= 0 && from + count == _tokens.Count)
        {
            _slot = plan.Batch.Sample(row + count - 1, _request.Sampling with { History = _history, Counter = (ulong)Generated });
        }
    }

    private void Finish(FinishCause cause)
    {
        string rest = _stops.Append(_decoder.Flush()) + _stops.Flush();
        var end = new GenerationUpdate(rest, null, new GenerationEnd(cause, _promptLength, _cached, Generated));
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
