using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>What jobs share: the model and its cache.</summary>
internal sealed class EngineContext(LanguageModel model)
{
    public LanguageModel Model { get; } = model;

    public PagedKvCache Cache => Model.Cache;

    public static int PagesFor(int tokens) => (tokens + KvPageFormat.PageTokens - 1) / KvPageFormat.PageTokens;
}
