using System.Numerics;
using Agentic.Inference.Gguf;

namespace Agentic.Inference.Tokenization;

/// <summary>Finds the entry of a <see cref="Utf8Strings"/> that equals given bytes. Immutable, no allocation.</summary>
internal sealed class ByteStringIndex
{
    private readonly Utf8Strings _table;
    private readonly int[] _slots;
    private readonly int _mask;

    /// <summary>Indexes the entries that <paramref name="include"/> admits and that are not empty; of equal ones the first.</summary>
    public ByteStringIndex(Utf8Strings table, Func<int, bool> include)
    {
        _table = table;
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, table.Count * 2))];
        _mask = _slots.Length - 1;
        for (int id = 0; id < table.Count; id++)
        {
            if (table[id].Length > 0 && include(id) && Find(table[id]) < 0)
            {
                int slot = (int)TextHash.Of(table[id]) & _mask;
                while (_slots[slot] != 0)
                {
                    slot = (slot + 1) & _mask;
                }

                _slots[slot] = id + 1;
                LongestEntry = Math.Max(LongestEntry, table[id].Length);
            }
        }
    }

    /// <summary>The length of the longest indexed entry: nothing longer can be found.</summary>
    public int LongestEntry { get; }

    /// <summary>The entry's number, or -1.</summary>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        for (int slot = (int)TextHash.Of(bytes) & _mask; _slots[slot] != 0; slot = (slot + 1) & _mask)
        {
            if (_table[_slots[slot] - 1].SequenceEqual(bytes))
            {
                return _slots[slot] - 1;
            }
        }

        return -1;
    }
}
