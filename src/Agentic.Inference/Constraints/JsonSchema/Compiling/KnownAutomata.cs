using System.Collections.Concurrent;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Automata of numbers, patterns and texts that schemas have asked for, kept for the next schema. Thread-safe and bounded: when it is full it is emptied.</summary>
internal static class KnownAutomata
{
    private const int MaxEntries = 256;
    private const int MaxStates = 2_000;
    private const int MaxKey = 1_000;
    private static readonly ConcurrentDictionary<string, ByteAutomaton> Known = new(StringComparer.Ordinal);

    /// <summary>The automaton of a key, made if it is not known; large ones are not kept.</summary>
    public static ByteAutomaton Get(string kind, string key, Func<ByteAutomaton> make)
    {
        string name = $"{kind}\0{key}";
        if (Known.TryGetValue(name, out ByteAutomaton? automaton))
        {
            return automaton;
        }

        automaton = make();
        if (name.Length <= MaxKey && automaton.StateCount <= MaxStates)
        {
            if (Known.Count >= MaxEntries)
            {
                Known.Clear();
            }

            Known[name] = automaton;
        }

        return automaton;
    }
}
