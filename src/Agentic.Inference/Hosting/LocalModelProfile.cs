using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting;

/// <summary>What is known of a model in this process.</summary>
internal sealed class LocalModelProfile(string name, LanguageModel model, HostOptions options) : IModelProfile
{
    public string Name { get; } = name;

    public string WeightsId => model.WeightsId;

    public int Window => model.Window;

    public int Capacity { get; } = (int)Math.Clamp(model.Cache.TokenCapacity / model.Window, 1, options.MaxConcurrent);

    public long? Parameters => model.Config.ParameterCount;

    public double? PrefillTokensPerSecond => model.Timings.PrefillTokensPerSecond;

    public double? DecodeTokensPerSecond => model.Timings.DecodeTokensPerSecond;
}
