using System.Numerics;

namespace Agentic.Inference.Constraints.Masks;

/// <summary>A set of tokens, kept as bits or, when they are few, as their ids. Immutable.</summary>
internal sealed class TokenMask
{
    private readonly uint[]? _bits;
    private readonly int[]? _ids;

    public TokenMask(ReadOnlySpan<uint> bits)
    {
        int count = 0;
        foreach (uint word in bits)
        {
            count += BitOperations.PopCount(word);
        }

        if (count > bits.Length / 4)
        {
            _bits = bits.ToArray();
            return;
        }

        _ids = new int[count];
        for (int i = 0, at = 0; i < bits.Length; i++)
        {
            for (uint word = bits[i]; word != 0; word &= word - 1)
            {
                _ids[at++] = (i * 32) + BitOperations.TrailingZeroCount(word);
            }
        }
    }

    /// <summary>The memory taken, in bytes.</summary>
    public int Weight => 4 * (_bits?.Length ?? _ids!.Length);

    /// <summary>The tokens as bits: its own, not to be changed, or written to <paramref name="room"/>.</summary>
    public uint[] Bits(ref uint[]? room, int words)
    {
        if (_bits is not null)
        {
            return _bits;
        }

        if (room is null)
        {
            room = new uint[words];
        }
        else
        {
            Array.Clear(room);
        }

        AddTo(room);
        return room;
    }

    /// <summary>Adds the tokens to others.</summary>
    public void AddTo(Span<uint> bits)
    {
        if (_bits is not null)
        {
            Or(bits, _bits);
        }

        foreach (int id in _ids ?? [])
        {
            bits[id >> 5] |= 1u << id;
        }
    }

    /// <summary>Adds bits to others.</summary>
    public static void Or(Span<uint> bits, ReadOnlySpan<uint> more)
    {
        int at = 0;
        for (; at <= bits.Length - Vector<uint>.Count; at += Vector<uint>.Count)
        {
            (new Vector<uint>(bits[at..]) | new Vector<uint>(more[at..])).CopyTo(bits[at..]);
        }

        for (; at < bits.Length; at++)
        {
            bits[at] |= more[at];
        }
    }
}
