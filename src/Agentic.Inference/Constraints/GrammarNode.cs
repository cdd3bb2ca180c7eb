using System.Text;
using Agentic.Inference.Constraints.Automata;

namespace Agentic.Inference.Constraints;

/// <summary>An expression over bytes: what a <see cref="Grammar"/>'s rules are made of. Immutable; parts may be shared among expressions.</summary>
public abstract class GrammarNode
{
    private protected GrammarNode(params IReadOnlyList<GrammarNode> parts)
    {
        Parts = parts;
        foreach (GrammarNode part in parts)
        {
            Depth = Math.Max(Depth, part.Depth + 1);
        }
    }

    /// <summary>What the expression is made of.</summary>
    internal IReadOnlyList<GrammarNode> Parts { get; }

    /// <summary>Levels of expressions below this one.</summary>
    internal int Depth { get; }

    /// <summary>The empty text.</summary>
    public static GrammarNode Empty { get; } = new SequenceNode([]);

    /// <summary>No text at all, not even the empty one.</summary>
    public static GrammarNode Nothing { get; } = new AlternativesNode([]);

    /// <summary>One byte of a set; <see cref="Nothing"/> when it is empty.</summary>
    public static GrammarNode Byte(ByteSet set) => set.IsEmpty ? Nothing : new ByteNode(set);

    /// <summary>Exactly these bytes.</summary>
    public static GrammarNode Bytes(ReadOnlySpan<byte> bytes)
    {
        var parts = new GrammarNode[bytes.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = new ByteNode(ByteSet.Of(bytes[i]));
        }

        return Sequence(parts);
    }

    /// <summary>Exactly this text, in UTF-8.</summary>
    public static GrammarNode Text(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Bytes(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>One code point of a set, in UTF-8.</summary>
    public static GrammarNode CodePoint(CodePointSet set) => Utf8Ranges.Node(set);

    /// <summary>One part after the other; no part = <see cref="Empty"/>.</summary>
    public static GrammarNode Sequence(params IReadOnlyList<GrammarNode> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return parts.Count == 1 ? parts[0] : new SequenceNode([.. parts]);
    }

    /// <summary>Any one of the options, which may overlap; no option = <see cref="Nothing"/>.</summary>
    public static GrammarNode AnyOf(params IReadOnlyList<GrammarNode> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Count == 1 ? options[0] : new AlternativesNode([.. options]);
    }

    /// <summary>The body <paramref name="min"/> to <paramref name="max"/> times. Large numbers are counted, not unrolled.</summary>
    /// <param name="body">What is repeated.</param>
    /// <param name="min">At least so often, from 0.</param>
    /// <param name="max">At most so often; null = without limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The numbers are negative or the wrong way round.</exception>
    public static GrammarNode Repeat(GrammarNode body, int min, int? max = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfNegative(min);
        ArgumentOutOfRangeException.ThrowIfLessThan(max ?? min, min, nameof(max));
        // Without a byte the body is the empty text or no text at all, and stays that however often it is repeated.
        return max == 0 ? Empty : (min, max) == (1, 1) ? body : GrammarSize.Of(body, 1) > 0 ? new RepeatNode(body, min, max) : min == 0 ? Empty : body;
    }

    /// <summary>The body or nothing.</summary>
    public static GrammarNode Optional(GrammarNode body) => Repeat(body, 0, 1);

    /// <summary>What the rule of this name says; rules may refer to each other in any way, left recursion included.</summary>
    public static GrammarNode Rule(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new RuleNode(name);
    }

    /// <summary>The words of a finite automaton: how intersections and differences come into a grammar.</summary>
    public static GrammarNode Automaton(ByteAutomaton automaton)
    {
        ArgumentNullException.ThrowIfNull(automaton);
        return automaton.IsEmpty ? Nothing : new AutomatonNode(automaton);
    }
}

/// <summary>One byte of a set.</summary>
internal sealed class ByteNode(ByteSet set) : GrammarNode
{
    public ByteSet Set => set;
}

/// <summary>Parts in order.</summary>
internal sealed class SequenceNode(GrammarNode[] parts) : GrammarNode(parts);

/// <summary>Any one of some options.</summary>
internal sealed class AlternativesNode(GrammarNode[] options) : GrammarNode(options);

/// <summary>A body some number of times.</summary>
internal sealed class RepeatNode(GrammarNode body, int min, int? max) : GrammarNode(body)
{
    public GrammarNode Body => Parts[0];

    public int Min => min;

    public int? Max => max;
}

/// <summary>A reference to a rule.</summary>
internal sealed class RuleNode(string name) : GrammarNode
{
    public string Name => name;
}

/// <summary>A finite automaton.</summary>
internal sealed class AutomatonNode(ByteAutomaton automaton) : GrammarNode
{
    public ByteAutomaton Words => automaton;
}
