namespace Agentic.Inference.Constraints.Earley;

/// <summary>The shortest way from a set to the end of a text.</summary>
internal static class Closing
{
    /// <summary>Fewest bytes to the end of the text.</summary>
    public static long Bytes(ItemSetTable table, ItemSet set)
    {
        Settle(table, set);
        return set.Ended.Length > 0 ? 0 : set.Kernel.Min(item => Cost(table.Machine, item));
    }

    /// <summary>The bytes of a shortest way.</summary>
    public static byte[] Text(ItemSetTable table, ItemSet set)
    {
        var text = new List<byte>();
        while (set.Ended.Length == 0)
        {
            long left = Bytes(table, set);
            byte best = 0;
            ItemSet? next = null;
            for (int value = 0; value < 256 && next is null; value++)
            {
                ItemSet? tried = table.Step(set, (byte)value);
                if (tried is not null && Bytes(table, tried) < left)
                {
                    (best, next) = ((byte)value, tried);
                }
            }

            text.Add(best);
            set = next ?? throw new InvalidOperationException("A set without a way to the end was kept.");
        }

        return [.. text];
    }

    private static long Cost(Machine machine, Item item)
    {
        if (item.State < 0)
        {
            return 0;
        }

        MachineState state = machine.States[item.State];
        return Math.Min(Own(machine, item, state) + Exit(item.Origin, state.Rule), Machine.Unreachable);
    }

    /// <summary>Fewest bytes to the end of the item's own rule.</summary>
    private static long Own(Machine machine, Item item, MachineState state)
    {
        MachineRule rule = machine.Rules[state.Rule];
        return !rule.Counted ? state.Distance
            : item.State == rule.Start ? Math.Max(1, item.ToMin) * rule.Turn
            : state.Distance + (Math.Max(0, item.ToMin - 1) * rule.Turn);
    }

    private static long Exit(ItemSet origin, int rule) => origin.IsOpen ? 0 : origin.Exits![rule];

    /// <summary>Makes the exits of all sets in which open rules began, oldest first.</summary>
    private static void Settle(ItemSetTable table, ItemSet set)
    {
        var missing = new SortedDictionary<int, ItemSet>();
        var open = new Stack<ItemSet>([set]);
        while (open.TryPop(out ItemSet? next))
        {
            foreach (Item item in next.Kernel)
            {
                if (!item.Origin.IsOpen && item.Origin.Exits is null && missing.TryAdd(item.Origin.Serial, item.Origin))
                {
                    open.Push(item.Origin);
                }
            }
        }

        foreach (ItemSet origin in missing.Values)
        {
            table.Predict(origin);
            var exits = origin.Waiting!.Keys.ToDictionary(rule => rule, _ => Machine.Unreachable);
            origin.Exits = exits;
            table.Weight += 200 + (40 * exits.Count);
            for (bool changed = true; changed;)
            {
                changed = false;
                foreach ((int rule, List<Item> waiting) in origin.Waiting)
                {
                    long least = waiting.Min(item => Cost(table.Machine, item));
                    changed |= least < exits[rule];
                    exits[rule] = Math.Min(least, exits[rule]);
                }
            }
        }
    }
}
