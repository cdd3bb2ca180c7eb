using Agentic.Documents;

namespace Agentic.Reading.Relevance;

/// <summary>Groups a chunk's sentences into passages. A passage ends at a heading, at a paragraph's end once it is long enough, and at its greatest size.</summary>
internal sealed class PassageSplitter(ITokenCounter counter, int least, int most)
{
    /// <summary>The passages of a chunk in order; headings belong to the passages below them and are no passages.</summary>
    public List<Passage> Split(Chunk chunk)
    {
        string text = chunk.Document.Text;
        var passages = new List<Passage>();
        string heading = HeadingBefore(text, chunk.Span.Start);
        int start = chunk.Span.Start;
        int end = start;
        int tokens = 0;
        foreach ((TextSpan sentence, int count) in Sentences(text, chunk.Span))
        {
            int first = FirstLetter(text, sentence);
            bool isHeading = SentenceSplitter.IsHeading(text, first);
            if (end > start && (isHeading || tokens + count > most || (tokens >= least && ParagraphEnds(text, end))))
            {
                Add(start, end);
                (start, tokens) = (end, 0);
            }

            end = sentence.End;
            if (isHeading)
            {
                heading = text.AsSpan(first, sentence.End - first).Trim().TrimStart('#').Trim().ToString();
                start = end;
                tokens = 0;
            }
            else
            {
                tokens += count;
            }
        }

        Add(start, end);
        return passages;

        void Add(int from, int to)
        {
            if (!text.AsSpan(from, to - from).IsWhiteSpace())
            {
                passages.Add(new Passage(chunk.Document, TextSpan.FromBounds(from, to), heading, chunk.Index));
            }
        }
    }

    /// <summary>Sentences, cut where one alone exceeds a passage.</summary>
    private IEnumerable<(TextSpan Span, int Tokens)> Sentences(string text, TextSpan part) => new Chunker(counter, most).Pieces(text, part);

    private static bool ParagraphEnds(string text, int end)
    {
        int breaks = 0;
        for (int i = end - 1; i >= 0 && char.IsWhiteSpace(text[i]); i--)
        {
            breaks += text[i] == '\n' ? 1 : 0;
        }

        return breaks > 1;
    }

    private static int FirstLetter(string text, TextSpan sentence)
    {
        int i = sentence.Start;
        while (i < sentence.End && char.IsWhiteSpace(text[i]))
        {
            i++;
        }

        return i;
    }

    /// <summary>The last heading above an offset, within a stretch that bounds the search.</summary>
    private static string HeadingBefore(string text, int offset)
    {
        int least = Math.Max(0, offset - 40_000);
        for (int at = offset; at > least;)
        {
            int line = text.AsSpan(least, at - least).LastIndexOf("\n#");
            int start = line >= 0 ? least + line + 1 : least;
            if (SentenceSplitter.IsHeading(text, start) && (start == 0 || text[start - 1] == '\n'))
            {
                int end = text.IndexOf('\n', start);
                return text.AsSpan(start, (end < 0 ? text.Length : end) - start).Trim().TrimStart('#').Trim().ToString();
            }

            if (line < 0)
            {
                break;
            }

            at = least + line;
        }

        return "";
    }
}
