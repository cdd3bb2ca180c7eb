namespace Agentic.Grounding;

/// <summary>
/// Reads a text with differences taken out that mean nothing in a quotation: runs of white space are one blank, none at the start; every quotation mark is <c>'</c>,
/// every dash <c>-</c>; a letter and the combining marks after it are the one character that means both; emphasis marks, soft hyphens and zero-width characters are gone.
/// </summary>
internal struct NormalisingReader(string text, TextSpan part)
{
    private int _next = part.Start;
    private bool _begun;

    /// <summary>The normalised character.</summary>
    public char Current { get; private set; }

    /// <summary>Offset in the original of the first character it stands for.</summary>
    public int Start { get; private set; }

    /// <summary>Offset in the original after the last character it stands for.</summary>
    public readonly int End => _next;

    /// <summary>Goes to the next character.</summary>
    /// <returns>False at the end.</returns>
    public bool Next()
    {
        while (_next < part.End)
        {
            Start = _next;
            char c = text[_next++];
            if (char.IsWhiteSpace(c))
            {
                while (_next < part.End && char.IsWhiteSpace(text[_next]))
                {
                    _next++;
                }

                if (!_begun)
                {
                    continue;
                }

                c = ' ';
            }

            while (_next < part.End && Composition.Of(c, text[_next]) is var composed and not '\0')
            {
                c = composed;
                _next++;
            }

            c = Fold(c);
            if (c != '\0')
            {
                _begun = true;
                Current = c;
                return true;
            }
        }

        return false;
    }

    private static char Fold(char c) => c switch
    {
        '"' or '“' or '”' or '„' or '‟' or '«' or '»' or '‘' or '’' or '‚' or '‛' or '`' or '´' or '′' or '″' => '\'',
        '–' or '—' or '―' or '−' or '‐' or '‑' or '‒' => '-',
        '*' or '_' or '\u00AD' or '\u200B' or '\u200C' or '\u200D' or '\uFEFF' => '\0',
        _ => c,
    };
}
