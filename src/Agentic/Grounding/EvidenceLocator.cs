namespace Agentic.Grounding;

/// <summary>Finds a quotation in the document it is said to come from. Thread-safe; time is linear in the text, memory in the quotation.</summary>
public static class EvidenceLocator
{
    /// <summary>Where a quotation stands: exactly, else with white space, quotation marks, dashes, emphasis marks and composed letters normalised.</summary>
    /// <param name="text">The document's text.</param>
    /// <param name="quote">The quotation; white space and quotation marks around it do not count.</param>
    /// <param name="near">Where to look first, such as the chunk it was read in; what of it lies outside the text does not count.</param>
    /// <returns>Its span in <paramref name="text"/>, or null when it is not there.</returns>
    public static TextSpan? Find(string text, string quote, TextSpan? near = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(quote);
        string wanted = quote.Trim().Trim('"', '“', '”', '«', '»', '\u2026').Trim();
        if (wanted.Length == 0)
        {
            return null;
        }

        var whole = new TextSpan(0, text.Length);
        TextSpan first = near is { } part ? Within(part, text.Length) : whole;
        return Exact(text, wanted, first)
            ?? (first == whole ? null : Exact(text, wanted, whole))
            ?? Normalised(text, wanted, first)
            ?? (first == whole ? null : Normalised(text, wanted, whole));
    }

    /// <summary>A quotation as evidence: verified and cited as it stands in the document, or as claimed and unverified.</summary>
    /// <param name="document">The document it is said to come from.</param>
    /// <param name="quote">The quotation.</param>
    /// <param name="stage">Stage that produced it.</param>
    /// <param name="chunk">Chunk it was read in.</param>
    /// <param name="confidence">How relevant it is.</param>
    /// <param name="near">Where to look first.</param>
    public static Evidence Locate(Document document, string quote, string stage, int? chunk = null, double confidence = 0, TextSpan? near = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        TextSpan? span = Find(document.Text, quote, near);
        return new Evidence
        {
            Quote = span is { } s ? document.Text.Substring(s.Start, s.Length) : quote,
            Source = document.Name,
            Span = span,
            Page = span is { } at ? document.PageAt(at.Start) : null,
            Verified = span is not null,
            Stage = stage,
            Chunk = chunk,
            Confidence = confidence,
        };
    }

    private static TextSpan Within(TextSpan part, int length)
    {
        int start = Math.Clamp(part.Start, 0, length);
        return TextSpan.FromBounds(start, (int)Math.Clamp((long)part.Start + part.Length, start, length));
    }

    private static TextSpan? Exact(string text, string wanted, TextSpan part)
    {
        int at = text.AsSpan(part.Start, part.Length).IndexOf(wanted, StringComparison.Ordinal);
        return at < 0 ? null : new TextSpan(part.Start + at, wanted.Length);
    }

    /// <summary>The quotation as normalised, else without the marks at its end, which quoting often changes.</summary>
    private static TextSpan? Normalised(string text, string wanted, TextSpan part)
    {
        List<char> needle = [];
        for (var read = new NormalisingReader(wanted, new TextSpan(0, wanted.Length)); read.Next();)
        {
            needle.Add(read.Current);
        }

        int length = needle.Count;
        TextSpan? found = Match(text, needle, part);
        while (needle.Count > 0 && needle[^1] is ' ' or '.' or ',' or ';' or ':')
        {
            needle.RemoveAt(needle.Count - 1);
        }

        return found ?? (needle.Count == length ? null : Match(text, needle, part));
    }

    /// <summary>Knuth-Morris-Pratt over the normalised text as it is read; a ring of the last offsets gives the match its place in the original.</summary>
    private static TextSpan? Match(string text, List<char> needle, TextSpan part)
    {
        if (needle.Count == 0)
        {
            return null;
        }

        int[] fallback = Fallback(needle);
        int[] starts = new int[needle.Count];
        int matched = 0;
        long count = 0;
        for (var read = new NormalisingReader(text, part); read.Next(); count++)
        {
            starts[count % starts.Length] = read.Start;
            while (matched > 0 && needle[matched] != read.Current)
            {
                matched = fallback[matched - 1];
            }

            if (needle[matched] == read.Current && ++matched == needle.Count)
            {
                return TextSpan.FromBounds(starts[(count + 1) % starts.Length], read.End);
            }
        }

        return null;
    }

    private static int[] Fallback(List<char> needle)
    {
        int[] fallback = new int[needle.Count];
        int k = 0;
        for (int i = 1; i < needle.Count; i++)
        {
            while (k > 0 && needle[k] != needle[i])
            {
                k = fallback[k - 1];
            }

            k += needle[k] == needle[i] ? 1 : 0;
            fallback[i] = k;
        }

        return fallback;
    }
}
