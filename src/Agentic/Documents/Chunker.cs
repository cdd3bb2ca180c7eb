using System.Buffers;

namespace Agentic.Documents;

/// <summary>Packs sentences into chunks of at most a number of tokens. The spans of a document's chunks, one after the other, are its whole text.</summary>
/// <remarks>
/// Every sentence is counted once; the sum bounds a chunk from above, and a packed chunk is counted again as a whole, so that no chunk exceeds the budget.
/// Time is linear in the text, memory does not grow with it beyond the list of spans. Thread-safe when its counter is.
/// </remarks>
public sealed class Chunker
{
    private static readonly SearchValues<char> ClauseMarks = SearchValues.Create(";:,—、，；：");
    private static readonly SearchValues<char> Blanks = SearchValues.Create(" \t\r\n\u3000");

    private readonly ITokenCounter _counter;
    private readonly int _budget;

    /// <summary>Creates a chunker.</summary>
    /// <param name="counter">Counts tokens.</param>
    /// <param name="budget">Most tokens of a chunk's text; at least 1.</param>
    public Chunker(ITokenCounter counter, int budget)
    {
        ArgumentNullException.ThrowIfNull(counter);
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, 1);
        _counter = counter;
        _budget = budget;
    }

    /// <summary>The chunks of several documents, numbered through; no chunk spans two documents. Documents without text yield none.</summary>
    public IEnumerable<Chunk> Split(IEnumerable<Document> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        int index = 0;
        foreach (Document document in documents)
        {
            if (string.IsNullOrWhiteSpace(document.Text))
            {
                continue;
            }

            foreach ((TextSpan span, int tokens) in Split(document.Text, new TextSpan(0, document.Text.Length)))
            {
                yield return new Chunk(index++, document, span, tokens);
            }
        }
    }

    /// <summary>Chunks of a part of a text, with their tokens.</summary>
    public IEnumerable<(TextSpan Span, int Tokens)> Split(string text, TextSpan part)
    {
        ArgumentNullException.ThrowIfNull(text);
        int start = part.Start;
        int end = part.Start;
        int bound = 0;
        int last = part.Start;
        foreach ((TextSpan piece, int tokens) in Pieces(text, part))
        {
            if (end > start && bound + tokens > _budget)
            {
                // The sum is an upper bound: what the joined text leaves free may still hold the piece.
                bound = _counter.CountText(text.AsSpan(start, end - start));
                if (bound + tokens > _budget)
                {
                    (int close, int counted) = Close(text, start, last, end, bound);
                    yield return (TextSpan.FromBounds(start, close), counted);
                    bound = close < end ? _counter.CountText(text.AsSpan(close, end - close)) : 0;
                    start = close;
                    if (bound + tokens > _budget && end > start)
                    {
                        yield return (TextSpan.FromBounds(start, end), bound);
                        start = end;
                        bound = 0;
                    }
                }
            }

            bound += tokens;
            last = end;
            end = piece.End;
        }

        if (end > start)
        {
            bound = _counter.CountText(text.AsSpan(start, end - start));
            (int close, int counted) = Close(text, start, last, end, bound);
            yield return (TextSpan.FromBounds(start, close), counted);
            if (close < end)
            {
                yield return (TextSpan.FromBounds(close, end), _counter.CountText(text.AsSpan(close, end - close)));
            }
        }
    }

    /// <summary>Where a chunk ends and what it counts: joined text rarely counts more than its parts, and then gives up its last piece.</summary>
    private (int End, int Tokens) Close(string text, int start, int last, int end, int tokens) =>
        tokens > _budget && last > start ? (last, _counter.CountText(text.AsSpan(start, last - start))) : (end, tokens);

    /// <summary>Sentences, and the parts of sentences that alone exceed the budget.</summary>
    internal IEnumerable<(TextSpan Span, int Tokens)> Pieces(string text, TextSpan part)
    {
        foreach (TextSpan sentence in SentenceSplitter.Split(text, part))
        {
            // A sentence this long may be the whole document: cut it before counting it.
            int tokens = sentence.Length > 8L * _budget ? int.MaxValue : _counter.CountText(text.AsSpan(sentence.Start, sentence.Length));
            if (tokens <= _budget)
            {
                yield return (sentence, tokens);
                continue;
            }

            int start = sentence.Start;
            while (start < sentence.End)
            {
                int length = CutLength(text.AsSpan(start, sentence.End - start));
                yield return (new TextSpan(start, length), _counter.CountText(text.AsSpan(start, length)));
                start += length;
            }
        }
    }

    /// <summary>How much of an over-long sentence to take: up to a clause mark, else a blank, else whole tokens.</summary>
    private int CutLength(ReadOnlySpan<char> rest)
    {
        // Looking at the whole rest for every cut would cost quadratic time.
        ReadOnlySpan<char> view = rest[..(int)Math.Min(rest.Length, 8L * _budget)];
        int fits = _counter.PrefixLength(view, _budget);
        if (fits >= rest.Length)
        {
            return rest.Length;
        }

        fits = Math.Max(fits, FirstCodePoint(rest));
        int least = fits / 2;
        int clause = rest[..fits].LastIndexOfAny(ClauseMarks);
        if (clause >= least)
        {
            return WithBlanks(rest, clause + 1, fits);
        }

        int blank = rest[..fits].LastIndexOfAny(Blanks);
        return blank >= least ? blank + 1 : fits;
    }

    private static int WithBlanks(ReadOnlySpan<char> text, int length, int most)
    {
        while (length < most && char.IsWhiteSpace(text[length]))
        {
            length++;
        }

        return length;
    }

    private static int FirstCodePoint(ReadOnlySpan<char> text) => text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : 1;
}
