namespace Agentic.Inference.Models;

/// <summary>
/// How much attention rows pay to keys, by layer and slot of consecutive keys: filled by <see cref="StepBatch.SumAttention"/> over one step or several.
/// The sums are taken while attention is computed; no matrix of scores exists.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class AttentionSum
{
    private readonly double[][] _masses;
    private readonly int[] _layers;
    private readonly int[] _heads;

    /// <summary>An empty sum.</summary>
    /// <param name="layers">Layers, from 0, each once.</param>
    /// <param name="heads">Query heads, from 0, each once.</param>
    /// <param name="tokens">Tokens that the sequence will have at most.</param>
    /// <param name="tokensPerSlot">Keys that are summed into one number.</param>
    /// <exception cref="ArgumentException">A layer or head comes twice, or there is none.</exception>
    public AttentionSum(IReadOnlyList<int> layers, IReadOnlyList<int> heads, int tokens, int tokensPerSlot = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tokensPerSlot, 1);
        (_layers, _heads, Tokens, TokensPerSlot) = (Distinct(layers, nameof(layers)), Distinct(heads, nameof(heads)), tokens, tokensPerSlot);
        Slots = (int)(((long)tokens + tokensPerSlot - 1) / tokensPerSlot);
        _masses = [.. layers.Select(_ => new double[Slots])];
    }

    /// <summary>Layers asked.</summary>
    public IReadOnlyList<int> Layers => _layers;

    /// <summary>Query heads asked.</summary>
    public IReadOnlyList<int> Heads => _heads;

    /// <summary>Tokens that the sequence has at most.</summary>
    public int Tokens { get; }

    /// <summary>Keys of a slot: slot s holds keys s · TokensPerSlot to the next slot's first.</summary>
    public int TokensPerSlot { get; }

    /// <summary>Slots of a layer.</summary>
    public int Slots { get; }

    /// <summary>Rows summed so far.</summary>
    public int Rows { get; private set; }

    /// <summary>Mean over rows and heads of what a layer pays to each slot. The numbers of a layer sum to 1, less what goes to a sink.</summary>
    /// <param name="index">Index into <see cref="Layers"/>.</param>
    /// <exception cref="InvalidOperationException">No row was summed.</exception>
    public float[] Mean(int index) => Rows == 0
        ? throw new InvalidOperationException("No row was summed.")
        : [.. _masses[index].Select(mass => (float)(mass / ((double)Rows * _heads.Length)))];

    internal int IndexOf(int layer) => Array.IndexOf(_layers, layer);

    /// <summary>Adds a layer's masses: head h, slot s at <c>h · stride + s</c>.</summary>
    internal void Add(int index, ReadOnlySpan<float> masses, int stride)
    {
        double[] sum = _masses[index];
        foreach (int head in _heads)
        {
            ReadOnlySpan<float> row = masses.Slice(head * stride, stride);
            for (int slot = 0; slot < row.Length; slot++)
            {
                sum[slot] += row[slot];
            }
        }
    }

    internal void Count(int rows) => Rows += rows;

    private static int[] Distinct(IReadOnlyList<int> numbers, string parameter)
    {
        ArgumentNullException.ThrowIfNull(numbers, parameter);
        int[] array = [.. numbers];
        return array.Length > 0 && array.Distinct().Count() == array.Length
            ? array
            : throw new ArgumentException("At least one is needed, and each once.", parameter);
    }
}
