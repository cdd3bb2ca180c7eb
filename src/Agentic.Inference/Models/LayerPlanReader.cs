using Agentic.Inference.Models.Architectures;

namespace Agentic.Inference.Models;

/// <summary>Finds which layers slide and which rotate.</summary>
internal static class LayerPlanReader
{
    private const string WindowKey = "attention.sliding_window";
    private const string PatternKey = "attention.sliding_window_pattern";

    public static LayerPlan[] Read(HyperParameters keys, ArchitectureTraits traits, int layers)
    {
        int window = keys.TryCount(WindowKey) ?? 0;
        bool[] slides = window == 0 ? new bool[layers] : Sliding(keys, traits, layers);
        return [.. Enumerable.Range(0, layers).Select(layer => new LayerPlan(slides[layer] ? window : 0, Rotation(traits, layer, slides[layer])))];
    }

    private static bool[] Sliding(HyperParameters keys, ArchitectureTraits traits, int layers)
    {
        if (keys.LayerFlags(PatternKey, layers) is { } flags)
        {
            return flags;
        }

        int period = keys.TryCount(PatternKey) ?? traits.SlidingPeriod
            ?? throw keys.NotSupported(WindowKey, $"asks for a sliding window, but not in which layers; {keys.Key(PatternKey)} must say it for the {traits.Name} architecture.");
        return [.. Enumerable.Range(1, layers).Select(number => period == 0 || number % period != 0)];
    }

    private static LayerRotation Rotation(ArchitectureTraits traits, int layer, bool slides) =>
        traits.Positions != PositionKind.Rotary || (traits.UnrotatedPeriod > 0 && (layer + 1) % traits.UnrotatedPeriod == 0) ? LayerRotation.None
        : slides && traits.SlidingRopeBase is not null ? LayerRotation.Sliding
        : LayerRotation.Global;
}
