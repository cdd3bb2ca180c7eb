using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>What jobs share: the model, its cache, and who can make room in it.</summary>
internal sealed class EngineContext
{
    // A multiply-add of attention takes about this many times as long as one of the weights' products.
    private const double AttentionWeight = 3;

    private readonly double _attentionShare;

    private readonly bool _diagnostics;

    public EngineContext(LanguageModel model, HostOptions options)
    {
        Model = model;
        _diagnostics = options.Diagnostics;
        Pinned = new PinnedPages(this, options.PinnedShare);
        Idle = new IdleSessions(this);
        ModelConfig config = model.Config;
        _attentionShare = AttentionWeight * config.BlockCount * config.HeadCount * (config.KeyDim + config.ValueDim) / Math.Max(1, config.ParameterCount);
    }

    public LanguageModel Model { get; }

    public PagedKvCache Cache => Model.Cache;

    /// <summary>Sessions that nobody works on: their pages are for whoever needs them.</summary>
    public IdleSessions Idle { get; }

    /// <summary>Pages that are kept whoever needs them.</summary>
    public PinnedPages Pinned { get; }

    /// <summary>What a row at this position costs, in rows at position 0: attention grows with what lies before.</summary>
    public double CostAt(int position) => 1 + position * _attentionShare;

    /// <summary>Throws away what was computed for sequences of which one has numbers that are not finite, and says, with diagnostics on, where they began.</summary>
    /// <returns>What to fail with.</returns>
    public NotFiniteException NotFinite(params IReadOnlyList<KvSequence> sequences)
    {
        List<int[]> texts = [.. sequences.Select(sequence => sequence.Tokens.ToArray())];
        foreach (KvSequence sequence in sequences)
        {
            sequence.Discard();
        }

        foreach (int[] text in _diagnostics ? texts : [])
        {
            if (FaultFinder.Find(Model, text) is { } fault)
            {
                return new NotFiniteException(fault.Layer, Model.Config.BlockCount, fault.Position);
            }
        }

        return new NotFiniteException();
    }

    public static int PagesFor(int tokens) => (tokens + KvPageFormat.PageTokens - 1) / KvPageFormat.PageTokens;
}
