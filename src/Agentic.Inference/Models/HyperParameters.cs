using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models;

/// <summary>Checked access to the keys of one architecture: <c>llama.block_count</c> by <c>block_count</c>.</summary>
internal sealed class HyperParameters(GgufFile file, string architecture)
{
    /// <summary>The full key.</summary>
    public string Key(string name) => $"{architecture}.{name}";

    /// <summary>A count from 1 to 2³¹−1.</summary>
    public int Count(string name, int? absent = null)
    {
        var value = file.TryInteger(Key(name)) ?? absent ?? throw file.Missing(Key(name));
        return value is > 0 and <= int.MaxValue ? (int)value : throw Error(name, $"is {value}; a number from 1 to {int.MaxValue} was expected.");
    }

    /// <summary>A positive count; numbers beyond 2³¹−1 are capped to it.</summary>
    public int CappedCount(string name, int? absent = null) =>
        file.TryInteger(Key(name)) > int.MaxValue ? int.MaxValue : Count(name, absent);

    /// <summary>A positive count that may be given once for each layer, when all layers agree.</summary>
    public int UniformCount(string name, int layers, int? absent = null)
    {
        if (!file.Metadata.TryGetValue(Key(name), out var value) || value.Type != GgufValueType.Array)
        {
            return Count(name, absent);
        }

        var counts = file.TryInts(Key(name))!;
        if (counts.Length != layers)
        {
            throw Error(name, $"has {counts.Length} entries; {layers} were expected, one a layer.");
        }

        if (counts.AsSpan().ContainsAnyExcept(counts[0]))
        {
            throw NotSupported(name, "differs from layer to layer, which is not supported.");
        }

        return counts[0] > 0 ? counts[0] : throw Error(name, $"is {counts[0]}; a positive number was expected.");
    }

    /// <summary>A finite number of at least <paramref name="minimum"/> (above it, if <paramref name="exclusive"/>).</summary>
    public double Float(string name, double? absent, double minimum, bool exclusive = false)
    {
        var value = file.TryFloat(Key(name)) ?? absent ?? throw file.Missing(Key(name));
        var valid = double.IsFinite(value) && (exclusive ? value > minimum : value >= minimum);
        return valid ? value : throw Error(name, FormattableString.Invariant($"is {value}; a finite number {(exclusive ? "above" : "of at least")} {minimum} was expected."));
    }

    /// <summary>A count from 1 to 2³¹−1; null when absent or 0.</summary>
    public int? PositiveCount(string name) => TryCount(name) is > 0 and var value ? value : null;

    /// <summary>Yes or no; null when absent.</summary>
    public bool? Flag(string name) => file.TryBool(Key(name));

    /// <summary>A text; null when absent.</summary>
    public string? Text(string name) => file.TryString(Key(name));

    /// <summary>Refuses a key that changes what the model computes, unless it is absent or zero.</summary>
    public void RefuseUnlessZero(string name, string what)
    {
        if (file.Metadata.TryGetValue(Key(name), out var value) && (value.Bits != 0 || value.Type is GgufValueType.Array or GgufValueType.String))
        {
            throw NotSupported(name, $"asks for {what}, which is not supported for the {architecture} architecture.");
        }
    }

    /// <summary>Refuses a model whose tokens see later ones.</summary>
    public void RefuseNonCausal()
    {
        const string name = "attention.causal";
        if (file.TryBool(Key(name)) == false)
        {
            throw NotSupported(name, "is false: a bidirectional model is not supported.");
        }
    }

    /// <summary>Whether the file has LongRoPE's factors.</summary>
    public bool HasLongRopeFactors => RopeFactors.HasLong(file);

    /// <summary>A yes or no for each layer; null when the key is missing or a single value.</summary>
    public bool[]? LayerFlags(string name, int layers)
    {
        if (!file.Metadata.TryGetValue(Key(name), out var value) || value.Type != GgufValueType.Array)
        {
            return null;
        }

        var flags = file.TryBools(Key(name))!;
        return flags.Length == layers ? flags : throw Error(name, $"has {flags.Length} entries; {layers} were expected, one a layer.");
    }

    /// <summary>A count from 0 to 2³¹−1; null when absent.</summary>
    public int? TryCount(string name) => file.TryInteger(Key(name)) switch
    {
        null => null,
        >= 0 and <= int.MaxValue and var value => (int)value,
        var value => throw Error(name, $"is {value}; a number from 0 to {int.MaxValue} was expected."),
    };

    /// <summary>Whether the key is there.</summary>
    public bool Has(string name) => file.Metadata.ContainsKey(Key(name));

    /// <summary>A contradiction in the file.</summary>
    public GgufFormatException Error(string name, string problem) => new(file.Path, Key(name), problem);

    /// <summary>Something the engine lacks.</summary>
    public ModelNotSupportedException NotSupported(string name, string problem) => new(file.Path, Key(name), problem);
}
