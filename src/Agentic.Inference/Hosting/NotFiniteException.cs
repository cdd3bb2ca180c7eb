using System.Globalization;

namespace Agentic.Inference.Hosting;

/// <summary>The model computed numbers that are not finite (NaN or infinity): usually its file is damaged, or was made wrongly. The request failed; what it left in the cache is gone.</summary>
public sealed class NotFiniteException : ModelCallException
{
    /// <summary>Creates the error without the place.</summary>
    public NotFiniteException()
        : base("The model computed numbers that are not finite.", "Its file may be damaged: compare its checksum or fetch it again. With diagnostics on (--verbose, HostOptions.Diagnostics) the layer is named.")
    {
    }

    /// <summary>Creates the error with the place where the first such number appeared.</summary>
    /// <param name="layer">Layer, from 0; −1 for the embedding, <paramref name="layers"/> for what follows the last.</param>
    /// <param name="layers">Layers of the model.</param>
    /// <param name="position">Position of the token.</param>
    public NotFiniteException(int layer, int layers, int position)
        : base(
            string.Create(CultureInfo.InvariantCulture, $"The model computed numbers that are not finite, first in {Name(layer, layers)} at token {position:N0} of the request, counted from 0."),
            "Its file may be damaged there: compare its checksum or fetch it again.") =>
        (Layer, Position) = (layer, position);

    /// <summary>The layer after which the first such number was seen, from 0; −1 for the embedding, the number of layers for what follows the last. Null without diagnostics.</summary>
    public int? Layer { get; }

    /// <summary>Position of the token; null without diagnostics.</summary>
    public int? Position { get; }

    /// <inheritdoc/>
    public override string Code => "not-finite";

    private static string Name(int layer, int layers) =>
        layer < 0 ? "the embedding"
        : layer >= layers ? "the output"
        : string.Create(CultureInfo.InvariantCulture, $"layer {layer} of {layers} (blk.{layer})");
}
