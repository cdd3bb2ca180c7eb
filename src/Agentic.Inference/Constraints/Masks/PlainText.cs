using System.Buffers;
using System.Text;

namespace Agentic.Inference.Constraints.Masks;

/// <summary>
/// What the trie knows of its tokens of plain text (whole code points, no control characters, no quotation mark, no backslash), so that where a
/// grammar takes text as it comes they need not be read one by one.
/// </summary>
internal sealed class PlainText
{
    /// <summary>Bytes of plain text below 128.</summary>
    public static readonly ByteSet Ascii = ByteSet.Range(0x20, 0x7E) & ~ByteSet.Of((byte)'"') & ~ByteSet.Of((byte)'\\');

    private const byte InsideCodePoint = byte.MaxValue;
    private readonly byte[] _points;
    private readonly (ulong Low, ulong High, bool Wide)[] _letters;
    private readonly uint[][] _tokens;

    /// <param name="trie">Finished but for this.</param>
    /// <param name="vocabulary">Size of the vocabulary.</param>
    public PlainText(TokenTrie trie, int vocabulary)
    {
        int count = trie.Ends[0];
        _points = new byte[count];
        _letters = new (ulong, ulong, bool)[count];
        _tokens = new uint[TokenTrie.ShortBytes + 1][];
        int[] length = new int[count], parents = new int[TokenTrie.ShortBytes + 1];
        bool[] whole = new bool[count];
        int[] left = new int[count];
        for (int n = 0; n < _tokens.Length; n++)
        {
            _tokens[n] = new uint[(vocabulary + 31) / 32];
        }

        whole[0] = true;
        for (int node = 1; node < count; node++)
        {
            int depth = trie.Depths[node], parent = parents[depth - 1];
            byte value = trie.Bytes[node];
            left[node] = value < 0x80 ? 0 : value < 0xC0 ? left[parent] - 1 : value < 0xE0 ? 1 : value < 0xF0 ? 2 : 3;
            whole[node] = left[node] == 0;
            length[node] = length[parent] + (whole[node] ? 1 : 0);
            parents[depth] = node;
            foreach (int id in trie.Tokens(node))
            {
                for (int n = length[node]; n < _tokens.Length; n++)
                {
                    _tokens[n][id >> 5] |= 1u << id;
                }
            }
        }

        for (int node = count - 1; node >= 0; node--)
        {
            int most = 0;
            (ulong Low, ulong High, bool Wide) letters = default;
            for (int child = node + 1; child < trie.Ends[node]; child = trie.Ends[child])
            {
                byte value = trie.Bytes[child];
                most = Math.Max(most, length[child] + (_points[child] == InsideCodePoint ? TokenTrie.ShortBytes : _points[child]));
                letters = (letters.Low | _letters[child].Low | (value < 64 ? 1ul << value : 0),
                    letters.High | _letters[child].High | (value is >= 64 and < 128 ? 1ul << value : 0),
                    letters.Wide | _letters[child].Wide | value >= 128);
            }

            _letters[node] = letters;
            _points[node] = !whole[node] ? InsideCodePoint : (byte)Math.Min(TokenTrie.ShortBytes, Math.Max(0, most - length[node]));
        }
    }

    /// <summary>Whether some bytes are plain text, all of them writable.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> text, ByteSet writable)
    {
        foreach (byte value in text)
        {
            if (!writable.Contains(value))
            {
                return false;
            }
        }

        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(text, out Rune rune, out int length) != OperationStatus.Done || (rune.IsAscii && !Ascii.Contains((byte)rune.Value)))
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }

    /// <summary>The tokens of at most so many code points, as bits.</summary>
    public ReadOnlySpan<uint> Tokens(int points) => _tokens[Math.Min(points, TokenTrie.ShortBytes)];

    /// <summary>Whether everything below a node is text that can be read as it comes.</summary>
    public bool IsBelow(int node, TextRun run) =>
        _points[node] <= run.Points && (_letters[node].Low & ~run.Low) == 0 && (_letters[node].High & ~run.High) == 0 && (run.Wide || !_letters[node].Wide);
}
