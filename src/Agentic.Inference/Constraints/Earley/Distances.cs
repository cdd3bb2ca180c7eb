namespace Agentic.Inference.Constraints.Earley;

/// <summary>Fewest bytes from every state to the end of its rule (Bellman and Ford's relaxation; rules and their states depend on each other).</summary>
internal static class Distances
{
    // Far beyond any reply, far below Unreachable: sums of it cannot overflow.
    private const long Most = 1L << 31;

    public static void Fill(MachineState[] states, MachineRule[] rules)
    {
        bool[] starts = new bool[states.Length];
        foreach (MachineRule rule in rules)
        {
            starts[rule.Start] = true;
        }

        for (bool changed = true, up = false; changed; up = !up)
        {
            changed = false;
            for (int i = 0; i < states.Length; i++)
            {
                int number = up ? i : states.Length - 1 - i;
                MachineState state = states[number];
                long reading = Reading(state, states, rules);
                long distance = state.Final || state.EndsTurn ? 0 : reading;
                if (distance < state.Distance)
                {
                    state.Distance = distance;
                    changed = true;
                }

                if (starts[number])
                {
                    changed |= Shorten(rules[state.Rule], reading);
                }
            }
        }
    }

    private static long Reading(MachineState state, MachineState[] states, MachineRule[] rules)
    {
        long least = Machine.Unreachable;
        foreach ((_, int to) in state.Edges)
        {
            least = Math.Min(least, Sum(1, states[to].Distance));
        }

        foreach ((int rule, int to) in state.Calls)
        {
            least = Math.Min(least, Sum(rules[rule].Shortest, states[to].Distance));
        }

        return least;
    }

    private static bool Shorten(MachineRule rule, long reading)
    {
        long turn = reading;
        long shortest = rule.Counted && reading < Machine.Unreachable ? Math.Min(reading * Math.Max(1, rule.Min), Most) : reading;
        if (shortest >= rule.Shortest && turn >= rule.Turn)
        {
            return false;
        }

        (rule.Shortest, rule.Turn) = (shortest, turn);
        return true;
    }

    private static long Sum(long one, long other) =>
        one >= Machine.Unreachable || other >= Machine.Unreachable ? Machine.Unreachable : Math.Min(one + other, Most);
}
