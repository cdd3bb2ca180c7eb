using Agentic.Inference.Constraints.Automata;

namespace Agentic.Inference.Constraints;

/// <summary>
/// A minimal deterministic finite automaton over bytes: a regular set of words that can be intersected and subtracted.
/// Immutable and thread-safe. Every state leads to the end of some word; the automaton without words has no states.
/// </summary>
public sealed class ByteAutomaton
{
    /// <summary>More states than this are refused.</summary>
    public const int MaxStates = 50_000;

    private readonly (ByteSet Bytes, int To)[][] _edges;
    private readonly bool[] _accepts;

    internal ByteAutomaton((ByteSet Bytes, int To)[][] edges, bool[] accepts, int start) =>
        (_edges, _accepts, Start) = (edges, accepts, start);

    /// <summary>The number of states.</summary>
    public int StateCount => _edges.Length;

    /// <summary>True when there is no word at all.</summary>
    public bool IsEmpty => StateCount == 0;

    internal int Start { get; }

    /// <summary>The automaton of an expression that refers to no rules.</summary>
    /// <exception cref="GrammarException">The expression refers to a rule, or its automaton is too large.</exception>
    public static ByteAutomaton Of(GrammarNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Determiniser.Build(node, MaxStates);
    }

    /// <summary>Words of both.</summary>
    /// <exception cref="GrammarException">The result is too large.</exception>
    public ByteAutomaton Intersect(ByteAutomaton other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return AutomatonProduct.Build(this, other, subtract: false, MaxStates);
    }

    /// <summary>Words of this automaton that the other has not.</summary>
    /// <exception cref="GrammarException">The result is too large.</exception>
    public ByteAutomaton Except(ByteAutomaton other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return AutomatonProduct.Build(this, other, subtract: true, MaxStates);
    }

    /// <summary>Whether these bytes are a word.</summary>
    public bool Matches(ReadOnlySpan<byte> bytes)
    {
        int state = IsEmpty ? -1 : Start;
        for (int i = 0; i < bytes.Length && state >= 0; i++)
        {
            state = Next(state, bytes[i]);
        }

        return state >= 0 && _accepts[state];
    }

    internal ReadOnlySpan<(ByteSet Bytes, int To)> Edges(int state) => _edges[state];

    internal bool Accepts(int state) => _accepts[state];

    /// <summary>The state after a byte; −1 when no word goes on so.</summary>
    internal int Next(int state, byte value)
    {
        foreach ((ByteSet bytes, int to) in _edges[state])
        {
            if (bytes.Contains(value))
            {
                return to;
            }
        }

        return -1;
    }
}
