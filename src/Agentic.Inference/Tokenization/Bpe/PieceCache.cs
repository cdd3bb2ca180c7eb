namespace Agentic.Inference.Tokenization.Bpe;

/// <summary>Remembers what short pieces of text became. Bounded: when full it starts anew. One thread at a time.</summary>
internal sealed class PieceCache
{
    /// <summary>Longer pieces are rare and seldom come twice.</summary>
    public const int LongestPiece = 32;

    private const int SlotCount = 1 << 15, MostEntries = SlotCount / 2, Probes = 8;

    private readonly Entry[] _slots = new Entry[SlotCount];
    private readonly char[] _texts = new char[MostEntries * 12];
    private readonly int[] _ids = new int[MostEntries * 4];
    private int _entryCount, _textCount, _idCount;

    /// <summary>The ids of a piece; false when it is not remembered.</summary>
    public bool TryGet(ReadOnlySpan<char> piece, ulong hash, out ReadOnlySpan<int> ids)
    {
        for (int probe = 0; probe < Probes; probe++)
        {
            ref Entry entry = ref _slots[(int)(hash + (uint)probe) & (SlotCount - 1)];
            if (entry.Length == 0)
            {
                break;
            }

            if (entry.Hash == (uint)(hash >> 32) && entry.Length == piece.Length
                && _texts.AsSpan(entry.Text, entry.Length).SequenceEqual(piece))
            {
                ids = _ids.AsSpan(entry.Ids, entry.IdCount);
                return true;
            }
        }

        ids = default;
        return false;
    }

    /// <summary>Remembers a piece that is not empty and at most <see cref="LongestPiece"/> units long.</summary>
    public void Add(ReadOnlySpan<char> piece, ulong hash, ReadOnlySpan<int> ids)
    {
        if (_entryCount == MostEntries || _textCount + piece.Length > _texts.Length || _idCount + ids.Length > _ids.Length)
        {
            Array.Clear(_slots);
            (_entryCount, _textCount, _idCount) = (0, 0, 0);
        }

        for (int probe = 0; probe < Probes; probe++)
        {
            ref Entry entry = ref _slots[(int)(hash + (uint)probe) & (SlotCount - 1)];
            if (entry.Length == 0)
            {
                entry = new Entry((uint)(hash >> 32), _textCount, _idCount, (ushort)piece.Length, (ushort)ids.Length);
                piece.CopyTo(_texts.AsSpan(_textCount));
                ids.CopyTo(_ids.AsSpan(_idCount));
                _entryCount++;
                _textCount += piece.Length;
                _idCount += ids.Length;
                return;
            }
        }
    }

    private readonly record struct Entry(uint Hash, int Text, int Ids, ushort Length, ushort IdCount);
}
