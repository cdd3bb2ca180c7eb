using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>What jobs share: the model and its cache.</summary>
internal sealed class EngineContext(LanguageModel model)
{
    // A multiply-add of attention takes about this many times as long as one of the weights' products.
    private const double AttentionWeight = 3;

    private readonly double _attentionShare = AttentionWeight * model.Config.BlockCount * model.Config.HeadCount
        * (model.Config.KeyDim + model.Config.ValueDim) / Math.Max(1, model.Config.ParameterCount);

    public LanguageModel Model { get; } = model;

    public PagedKvCache Cache => Model.Cache;

    /// <summary>What a row at this position costs, in rows at position 0: attention grows with what lies before.</summary>
    public double CostAt(int position) => 1 + position * _attentionShare;

    public static int PagesFor(int tokens) => (tokens + KvPageFormat.PageTokens - 1) / KvPageFormat.PageTokens;
}
