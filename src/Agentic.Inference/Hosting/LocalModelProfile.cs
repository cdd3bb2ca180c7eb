using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting;

/// <summary>What is known of a model in this process.</summary>
internal sealed class LocalModelProfile(string name, LanguageModel model, HostOptions options) : IModelProfile
{
    public string Name { get; } = name;

    public string WeightsId => model.WeightsId;

    public string Setup => $"dense {model.PositionScheme} kv {model.Cache.Format.Type}";

    public bool ConstrainsReplies => true;

    public int Window => model.Window;

    /// <summary>Requests over a document chunk each (or a window, where that is less) that the pool holds side by side.</summary>
    public int Capacity { get; } = (int)Math.Clamp(model.Cache.TokenCapacity / Math.Min(model.Window, KvMemory.RequestTokens), 1, options.MaxConcurrent);

    public long? Parameters => model.Config.ParameterCount;

    public double? PrefillTokensPerSecond => model.Timings.PrefillTokensPerSecond;

    public double? DecodeTokensPerSecond => model.Timings.DecodeTokensPerSecond;
}
