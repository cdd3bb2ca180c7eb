namespace Agentic.Inference.Constraints.Gbnf;

/// <summary>
/// Grammars in GBNF, the notation of llama.cpp: rules <c>name ::= …</c> of literals, character classes, names, groups, <c>|</c>,
/// <c>* + ? {m} {m,} {m,n}</c>, <c>.</c> and comments; a reply is a word of the rule <c>root</c>.
/// </summary>
/// <remarks>
/// A rule ends at the end of its line, except after <c>::=</c> and <c>|</c> and within parentheses; a line may begin with <c>|</c>. Escapes are
/// <c>\n \r \t \\ \" \[ \] \xHH \uHHHH \UHHHHHHHH</c>. <c>.</c> and negated classes take line breaks too. Unlike there, rules may be left-recursive, and a
/// rule that is defined twice is refused. References to tokens (<c>&lt;…&gt;</c>) are refused: a grammar speaks of text.
/// </remarks>
public static class GbnfGrammar
{
    /// <summary>Longer texts are refused, in UTF-16 units.</summary>
    public const int MaxLength = 100_000;

    /// <summary>Larger numbers in braces are refused.</summary>
    public const int MaxRepeat = 100_000;

    /// <summary>Reads a grammar.</summary>
    /// <exception cref="GrammarException">The text is no grammar; line and column say where.</exception>
    public static Grammar Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            throw new GrammarException($"The grammar has {text.Length} characters; {MaxLength} are the most.", "Make it smaller.");
        }

        return new GbnfParser(text).Parse();
    }
}
