using System.Collections.Concurrent;

namespace Agentic.Inference.Tokenization.Bpe;

/// <summary>What one encoding in progress needs: cache, merger, buffers. Lent to one thread at a time.</summary>
internal sealed class BpeState(MergeTable merges)
{
    /// <summary>Bytes and symbols of a piece; grown for long ones.</summary>
    private const int KeptLength = 1 << 16;

    public PieceCache Cache { get; } = new();

    public PieceMerger Merger { get; } = new(merges);

    public byte[] Bytes { get; private set; } = new byte[256];

    public int[] Symbols { get; private set; } = new int[256];

    /// <summary>Makes room for <paramref name="length"/> bytes and as many symbols.</summary>
    public void Reserve(int length)
    {
        if (Bytes.Length < length)
        {
            Bytes = new byte[length];
            Symbols = new int[length];
        }
    }

    private void Shrink()
    {
        if (Bytes.Length > KeptLength)
        {
            (Bytes, Symbols) = (new byte[256], new int[256]);
        }
    }

    /// <summary>States at rest, as many as ever were in use together.</summary>
    internal sealed class Pool(MergeTable merges)
    {
        private readonly ConcurrentBag<BpeState> _idle = [];

        public BpeState Take() => _idle.TryTake(out BpeState? state) ? state : new BpeState(merges);

        public void Return(BpeState state)
        {
            state.Shrink();
            _idle.Add(state);
        }
    }
}
