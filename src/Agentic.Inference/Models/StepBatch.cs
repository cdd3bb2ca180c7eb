using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Models;

/// <summary>
/// The rows of one forward pass: consecutive tokens of several sequences, prefill chunks and single decode tokens together, and what is
/// wanted of which row. Fill it, hand it to <see cref="LanguageModel.Run"/>, read the results, <see cref="Clear"/> it and use it again.
/// </summary>
/// <remarks>
/// Not thread-safe. A row is named by the index that <see cref="Add"/> returns plus its offset; a result by the slot that the request for it
/// returns. Slots count from 0 for each kind. One row may have several requests (its logits are computed once).
/// </remarks>
public sealed class StepBatch
{
    private readonly List<KvSequence> _sequences = [];
    private readonly List<int> _counts = [];
    private readonly List<int> _drafts = [];
    private readonly List<int> _tokens = [];

    /// <summary>Rows so far; at most <see cref="LanguageModel.ChunkTokens"/>.</summary>
    public int Rows => _tokens.Count;

    /// <summary>Sequences so far.</summary>
    public int SequenceCount => _sequences.Count;

    internal List<KvSequence> Sequences => _sequences;

    internal List<int> Counts => _counts;

    internal List<int> Tokens => _tokens;

    /// <summary>Of each sequence's tokens, how many at the end are only tried: they are computed and not appended.</summary>
    internal List<int> Drafts => _drafts;

    internal List<OutputRequest> Requests { get; } = [];

    internal List<SamplingRow> SamplingRows { get; } = [];

    internal List<int> Targets { get; } = [];

    internal SampledToken[] Sampled = [];

    internal List<bool> WantsEntropy { get; } = [];

    internal float[] LogProbs = [];

    internal float[] Entropies = [];

    internal List<float[]> LogitRows { get; } = [];

    internal List<double[]> StateSums { get; } = [];

    internal List<AttentionRequest> AttentionRequests { get; } = [];

    internal int StateCount { get; private set; }

    internal int LogitCount { get; private set; }

    /// <summary>Appends tokens to a sequence at its present length.</summary>
    /// <param name="sequence">A sequence of the model's cache; once per batch.</param>
    /// <param name="tokens">Token ids, at least one.</param>
    /// <returns>The row of the first token; the others follow.</returns>
    public int Add(KvSequence sequence, ReadOnlySpan<int> tokens) => AddTrial(sequence, tokens, 0);

    /// <summary>The same with tokens at the end that are only tried: their rows are computed, but the sequence does not grow by them unless <see cref="KvSequence.Keep"/> says so before anything else is done with it.</summary>
    internal int AddTrial(KvSequence sequence, ReadOnlySpan<int> tokens, int drafts)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("A sequence must get at least one token.", nameof(tokens));
        }

        if (_sequences.Contains(sequence))
        {
            throw new ArgumentException("A sequence can be in a batch only once.", nameof(sequence));
        }

        int row = _tokens.Count;
        _sequences.Add(sequence);
        _counts.Add(tokens.Length);
        _drafts.Add(drafts);
        _tokens.AddRange(tokens);
        return row;
    }

    /// <summary>Asks for a token drawn from the row's distribution.</summary>
    /// <returns>Slot for <see cref="Token"/>.</returns>
    public int Sample(int row, SamplingRow sampling)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        int slot = SamplingRows.Count;
        Request(row, OutputKind.Sample, slot);
        SamplingRows.Add(sampling);
        return slot;
    }

    /// <summary>Asks for the log-probability of one token under the row's distribution.</summary>
    /// <param name="row">The row.</param>
    /// <param name="target">The token.</param>
    /// <param name="entropy">Whether the distribution's entropy is wanted too.</param>
    /// <returns>Slot for <see cref="LogProb"/> and <see cref="Entropy"/>.</returns>
    public int Score(int row, int target, bool entropy = false)
    {
        int slot = Targets.Count;
        Request(row, OutputKind.Score, slot);
        Targets.Add(target);
        WantsEntropy.Add(entropy);
        return slot;
    }

    /// <summary>Asks for the row's logits over the whole vocabulary. Costs memory on the host; meant for inspection.</summary>
    /// <returns>Slot for <see cref="Logits"/>.</returns>
    public int ReadLogits(int row)
    {
        int slot = LogitCount++;
        Request(row, OutputKind.Logits, slot);
        return slot;
    }

    /// <summary>
    /// Asks for the sum of the final states (after the last norm, before the output projection) of consecutive rows of one sequence: of one
    /// row the state itself, divided by the number of rows their mean. For pooled embeddings; sums of several chunks add up.
    /// </summary>
    /// <param name="row">First row.</param>
    /// <param name="rows">Number of rows, at least one.</param>
    /// <returns>Slot for <see cref="StateSum"/>.</returns>
    public int SumStates(int row, int rows = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)row + rows, Rows, nameof(rows));
        int slot = StateCount++;
        for (int i = 0; i < rows; i++)
        {
            Request(row + i, OutputKind.State, slot);
        }

        return slot;
    }

    /// <summary>Asks for the attention that rows pay, from this row to the last of its sequence in this batch. Sums of several steps add up.</summary>
    /// <param name="row">First row that counts.</param>
    /// <param name="sum">What is added to; one that a failed run has touched is worth nothing.</param>
    public void SumAttention(int row, AttentionSum sum)
    {
        ArgumentNullException.ThrowIfNull(sum);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        int sequence = 0, end = _counts[0];
        while (row >= end)
        {
            end += _counts[++sequence];
        }

        AttentionRequests.Add(new AttentionRequest(sequence, row, end - row, sum));
    }

    /// <summary>What was drawn, after the run.</summary>
    public SampledToken Token(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, SamplingRows.Count);
        return Sampled[slot];
    }

    /// <summary>A natural log-probability, after the run.</summary>
    public float LogProb(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, Targets.Count);
        return LogProbs[slot];
    }

    /// <summary>Entropy in nats of the distribution that a score was taken from, after the run.</summary>
    /// <exception cref="InvalidOperationException">It was not asked for.</exception>
    public float Entropy(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, Targets.Count);
        return WantsEntropy[slot] ? Entropies[slot] : throw new InvalidOperationException("The entropy was not asked for.");
    }

    /// <summary>Raw logits by token id, after the run; valid until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<float> Logits(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, LogitCount);
        return LogitRows[slot];
    }

    /// <summary>A sum of final states, <see cref="ModelConfig.EmbeddingLength"/> numbers, after the run; valid until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<double> StateSum(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, StateCount);
        return StateSums[slot];
    }

    /// <summary>Empties the batch for the next step; its memory is kept.</summary>
    public void Clear()
    {
        _sequences.Clear();
        _counts.Clear();
        _drafts.Clear();
        _tokens.Clear();
        Requests.Clear();
        SamplingRows.Clear();
        Targets.Clear();
        WantsEntropy.Clear();
        AttentionRequests.Clear();
        LogitCount = 0;
        StateCount = 0;
    }

    /// <summary>Makes room for results.</summary>
    internal void PrepareResults(int vocabulary, int width)
    {
        Grow(ref Sampled, SamplingRows.Count);
        Grow(ref LogProbs, Targets.Count);
        Grow(ref Entropies, Targets.Count);
        while (LogitRows.Count < LogitCount)
        {
            LogitRows.Add(new float[vocabulary]);
        }

        while (StateSums.Count < StateCount)
        {
            StateSums.Add(new double[width]);
        }

        for (int slot = 0; slot < StateCount; slot++)
        {
            StateSums[slot].AsSpan().Clear();
        }
    }

    private void Request(int row, OutputKind kind, int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        Requests.Add(new OutputRequest(row, kind, slot));
    }

    private static void Grow<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            array = new T[Math.Max(count, 2 * array.Length)];
        }
    }
}

/// <summary>What is wanted of a row.</summary>
internal enum OutputKind
{
    /// <summary>A drawn token.</summary>
    Sample,

    /// <summary>The log-probability of a given token.</summary>
    Score,

    /// <summary>All logits.</summary>
    Logits,

    /// <summary>None: the state that they come from, added to a sum.</summary>
    State,
}

/// <summary>A wish for attention: of which sequence of the batch, from which row on, how many rows that are, and where the result goes.</summary>
internal readonly record struct AttentionRequest(int Sequence, int FirstRow, int Rows, AttentionSum Sum);

/// <summary>One wish: a row, what of it, and where the result goes.</summary>
internal readonly record struct OutputRequest(int Row, OutputKind Kind, int Slot);
