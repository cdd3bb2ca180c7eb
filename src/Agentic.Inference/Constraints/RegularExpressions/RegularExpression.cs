using Agentic.Inference.Constraints.Automata;

namespace Agentic.Inference.Constraints.RegularExpressions;

/// <summary>
/// A regular expression as a set of texts: the syntax of ECMA-262 with the <c>u</c> flag, without what is not regular. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Understood: literals, <c>.</c>, classes with ranges, negation and class escapes, <c>\d \D \w \W \s \S</c>, <c>\p{…} \P{…}</c> for general
/// categories, escapes (<c>\t \n \v \f \r \0 \cX \xHH \uXXXX \u{…}</c>, punctuation), groups of all kinds as grouping only, alternation,
/// <c>* + ? {n} {n,} {n,m}</c>, lazy marks (which change nothing here), <c>^</c> and <c>$</c> at the ends of the pattern or of its options. Refused by
/// name and place: backreferences, lookaround, atomic groups, possessive quantifiers, conditionals, word boundaries, inline flags.
/// </para>
/// <para>
/// Where .NET differs, ECMA-262 holds: <c>\d</c> and <c>\w</c> are ASCII; <c>\s</c> is white space and line ends of Unicode; <c>.</c> is everything
/// but LF, CR, U+2028 and U+2029; <c>$</c> is the very end, not before a last line feed; <c>[]</c> is nothing and <c>[^]</c> everything; a character
/// is a code point. As in browsers (annex B), <c>{</c>, <c>}</c> and <c>]</c> stand for themselves where they can mean nothing else, and so does a hyphen
/// beside a class escape.
/// </para>
/// <para>Time and memory are bounded: at most <see cref="MaxLength"/> characters, and <see cref="MaxSize"/> states once repeats are written out.</para>
/// </remarks>
public sealed class RegularExpression
{
    /// <summary>Longer patterns are refused, in UTF-16 units.</summary>
    public const int MaxLength = 20_000;

    /// <summary>Patterns with more states, repeats written out, are refused.</summary>
    public const int MaxSize = 200_000;

    private const int SmallSize = 256;
    private readonly RegexNode _tree;
    private readonly RegexEdge _edge;
    private readonly Lazy<ByteAutomaton> _automaton;

    private RegularExpression(string pattern, RegexEdge edge)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        (Pattern, _edge, _tree) = (pattern, edge, RegexParser.Parse(pattern));
        GrammarNode written = ToNode(GrammarNode.CodePoint);
        if (GrammarSize.Of(written, MaxSize + 1) > MaxSize)
        {
            throw new GrammarException($"The pattern needs more than {MaxSize} states with its repeats written out.", "Make repeats smaller, above all repeats within repeats.");
        }

        ByteAutomaton? small = Small(written);
        Node = small is null ? written : GrammarNode.Automaton(small);
        _automaton = new(() => small ?? ByteAutomaton.Of(written));
    }

    /// <summary>The pattern.</summary>
    public string Pattern { get; }

    /// <summary>The texts as an expression for grammars, in UTF-8.</summary>
    public GrammarNode Node { get; }

    /// <summary>The texts as an automaton over UTF-8, for intersections and tests. Made when first asked for.</summary>
    /// <exception cref="GrammarException">It has too many states.</exception>
    public ByteAutomaton Automaton => _automaton.Value;

    /// <summary>The texts that match the pattern from their beginning to their end.</summary>
    /// <exception cref="GrammarException">The pattern is wrong, not supported or too large; line and column say where.</exception>
    public static RegularExpression Whole(string pattern) => new(pattern, RegexEdge.End);

    /// <summary>The texts in which the pattern matches somewhere, as <c>pattern</c> of JSON Schema means it.</summary>
    /// <exception cref="GrammarException">The pattern is wrong, not supported or too large; line and column say where.</exception>
    public static RegularExpression Search(string pattern) => new(pattern, RegexEdge.Open);

    // A small automaton is read in one way only, however ambiguous the pattern; large ones are mostly counts, which a grammar has for less.
    private static ByteAutomaton? Small(GrammarNode written)
    {
        try
        {
            return Determiniser.Build(written, 4 * SmallSize) is { StateCount: <= SmallSize } small ? small : null;
        }
        catch (GrammarException)
        {
            return null;
        }
    }

    /// <summary>The texts written another way than plain UTF-8, as within a string of JSON.</summary>
    /// <param name="character">How one code point of a set is written.</param>
    public GrammarNode ToNode(Func<CodePointSet, GrammarNode> character)
    {
        ArgumentNullException.ThrowIfNull(character);
        return new RegexTranslator(character).Translate(_tree, _edge, _edge);
    }
}
