using System.Numerics;

namespace Agentic.Inference.Constraints;

/// <summary>A set of byte values. Immutable; equal when the members are.</summary>
public readonly record struct ByteSet
{
    private readonly ulong _a, _b, _c, _d;

    private ByteSet(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    /// <summary>No byte.</summary>
    public static ByteSet Empty => default;

    /// <summary>All 256 bytes.</summary>
    public static ByteSet All => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    /// <summary>True without members.</summary>
    public bool IsEmpty => (_a | _b | _c | _d) == 0;

    /// <summary>The number of members, 0 to 256.</summary>
    public int Count => BitOperations.PopCount(_a) + BitOperations.PopCount(_b) + BitOperations.PopCount(_c) + BitOperations.PopCount(_d);

    /// <summary>One byte.</summary>
    public static ByteSet Of(byte value) => Range(value, value);

    /// <summary>The bytes from <paramref name="first"/> to <paramref name="last"/>, both included; none when they are the wrong way round.</summary>
    public static ByteSet Range(byte first, byte last) =>
        new(Word(first, last, 0), Word(first, last, 64), Word(first, last, 128), Word(first, last, 192));

    /// <summary>Whether a byte is a member.</summary>
    public bool Contains(byte value)
    {
        ulong word = (value >> 6) switch { 0 => _a, 1 => _b, 2 => _c, _ => _d };
        return (word >> (value & 63) & 1) != 0;
    }

    /// <summary>Members of either.</summary>
    public static ByteSet operator |(ByteSet left, ByteSet right) => new(left._a | right._a, left._b | right._b, left._c | right._c, left._d | right._d);

    /// <summary>Members of both.</summary>
    public static ByteSet operator &(ByteSet left, ByteSet right) => new(left._a & right._a, left._b & right._b, left._c & right._c, left._d & right._d);

    /// <summary>All bytes that are no members.</summary>
    public static ByteSet operator ~(ByteSet set) => new(~set._a, ~set._b, ~set._c, ~set._d);

    /// <summary>The members in ascending order.</summary>
    public IEnumerable<byte> Members()
    {
        for (int value = 0; value < 256; value++)
        {
            if (Contains((byte)value))
            {
                yield return (byte)value;
            }
        }
    }

    private static ulong Word(int first, int last, int from)
    {
        int low = Math.Max(first - from, 0), high = Math.Min(last - from, 63);
        return low > high ? 0 : ulong.MaxValue >> (63 - high) & ulong.MaxValue << low;
    }
}
