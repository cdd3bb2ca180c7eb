using System.Text;

namespace Agentic.Inference.Tokenization;

/// <summary>
/// Turns tokens into text as they come, never half a code point: bytes that may still become one are held back.
/// Broken UTF-8 gives one U+FFFD for every maximal invalid part. Not thread-safe; one per stream.
/// </summary>
public sealed class StreamingDecoder
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecial;
    private readonly IReadOnlySet<int>? _shown;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private char[] _chars = new char[64];

    internal StreamingDecoder(Tokenizer tokenizer, bool skipSpecial, IReadOnlySet<int>? shown) =>
        (_tokenizer, _skipSpecial, _shown) = (tokenizer, skipSpecial, shown);

    /// <summary>Takes the next token and returns the text that is certain now, often empty.</summary>
    /// <param name="id">A token of the vocabulary.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such token.</exception>
    public string Append(int id)
    {
        ReadOnlySpan<byte> bytes = _tokenizer.TokenBytes(id);
        return _skipSpecial && _tokenizer.IsSpecial(id) && _shown?.Contains(id) != true ? "" : Convert(bytes, flush: false);
    }

    /// <summary>Ends the stream: what was held back comes out as U+FFFD. The decoder can be used anew.</summary>
    public string Flush() => Convert([], flush: true);

    private string Convert(ReadOnlySpan<byte> bytes, bool flush)
    {
        // Held-back bytes can add at most three replacement characters.
        if (_chars.Length < bytes.Length + 4)
        {
            _chars = new char[bytes.Length + 4];
        }

        int count = _decoder.GetChars(bytes, _chars, flush);
        return count == 0 ? "" : new string(_chars, 0, count);
    }
}
