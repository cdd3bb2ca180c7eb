using System.Runtime.InteropServices;
using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models.Blocks;

/// <summary>The rotary angles of a model's layers; null where no layer asks for them.</summary>
internal sealed record ModelRotation(RopeTable? Global, RopeTable? Sliding)
{
    /// <param name="file">The model's file.</param>
    /// <param name="config">What it says.</param>
    /// <param name="window">Tokens that a sequence may reach.</param>
    public static ModelRotation Read(GgufFile file, ModelConfig config, int window)
    {
        bool Any(LayerRotation rotation) => config.Layers.Any(layer => layer.Rotation == rotation);
        return new(
            Any(LayerRotation.Global) ? config.CreateRopeTable(file, window) : null,
            Any(LayerRotation.Sliding) ? config.CreateSlidingRopeTable() : null);
    }

    /// <summary>The angles of a kind of layer.</summary>
    public RopeTable? Of(LayerRotation rotation) => rotation switch
    {
        LayerRotation.Global => Global,
        LayerRotation.Sliding => Sliding,
        _ => null,
    };

    /// <summary>Names the angles: equal for equal tables, whatever file or options they come from.</summary>
    public string Identity => $"rope {Name(Global)}, sliding {Name(Sliding)}";

    private static string Name(RopeTable? table) => table is null
        ? "none"
        : FormattableString.Invariant($"{table.Pairing} {table.RotatedDims} × {table.Magnitude:R} {XxHash64.Compute(MemoryMarshal.AsBytes<double>(table.InverseFrequencies), 0):x16}");
}
