namespace Agentic.Inference.Constraints.Earley;

/// <summary>All sets that texts of one grammar have led to, made when first needed. Callers take turns by locking the table.</summary>
/// <param name="machine">The grammar.</param>
/// <param name="near">Most bytes of a short token: counts that so many bytes cannot use up are all alike to it.</param>
/// <param name="far">Most bytes of any token.</param>
internal sealed class ItemSetTable(Machine machine, int near, int far)
{
    // Beyond this a grammar is ambiguous in a way that would take minutes a token.
    private const int MaxItems = 4096;

    private readonly Dictionary<Item[], ItemSet> _sets = new(new KernelComparer());
    private readonly HashSet<Item> _seen = [];
    private readonly List<Item> _kernel = [];
    private readonly List<Item> _scanned = [];
    private readonly Stack<Item> _open = [];
    private ItemSet? _initial;
    private int _serial = 2;

    public Machine Machine => machine;

    /// <summary>What is around the start rule.</summary>
    public ItemSet Root { get; } = new([], 0);

    /// <summary>Surroundings that are not looked at.</summary>
    public ItemSet Hole { get; } = new([], 1);

    /// <summary>The memory taken, roughly, in bytes.</summary>
    public long Weight { get; set; }

    /// <summary>The set of the empty text.</summary>
    public ItemSet Initial => _initial ??= Begin();

    /// <summary>The set after a byte; null when no text goes on so.</summary>
    public ItemSet? Step(ItemSet set, byte value)
    {
        int number = machine.ClassOf[value];
        ItemSet? next = set.Next?[number] ?? Compute(set, number);
        return ReferenceEquals(next, ItemSet.Dead) ? null : next;
    }

    /// <summary>The set after the end of a rule that began in another set.</summary>
    public ItemSet Return(ItemSet origin, int rule)
    {
        if (origin.Returns is null)
        {
            origin.Returns = [];
            Weight += 200;
        }

        if (!origin.Returns.TryGetValue(rule, out ItemSet? next))
        {
            Predict(origin);
            next = Find(origin.Waiting![rule])!;
            origin.Returns.Add(rule, next);
            Weight += 60;
        }

        return next;
    }

    /// <summary>The set of these items, completed; null when nothing goes on from them.</summary>
    public ItemSet? Find(IEnumerable<Item> items)
    {
        _seen.Clear();
        _kernel.Clear();
        foreach (Item item in items)
        {
            Push(item);
        }

        while (_open.TryPop(out Item item))
        {
            Complete(item);
        }

        if (_kernel.Count == 0)
        {
            return null;
        }

        _kernel.Sort();
        return Intern([.. _kernel]);
    }

    /// <summary>The one set with exactly this kernel.</summary>
    public ItemSet Intern(Item[] kernel)
    {
        if (!_sets.TryGetValue(kernel, out ItemSet? set))
        {
            set = new ItemSet(kernel, _serial++);
            set.Near = set.Far = set;
            _sets.Add(kernel, set);
            Weight += 300 + (24 * kernel.Length);
            set.Far = Saturate(set, far);
            set.Near = near == far ? set.Far : Saturate(set, near);
        }

        return set;
    }

    /// <summary>The set of another table of the same machine, with all that it stands in.</summary>
    public ItemSet Adopt(ItemSet set)
    {
        var missing = new SortedDictionary<int, ItemSet>();
        var open = new Stack<ItemSet>([set]);
        while (open.TryPop(out ItemSet? next))
        {
            if (!next.IsOpen && missing.TryAdd(next.Serial, next))
            {
                foreach (Item item in next.Kernel)
                {
                    open.Push(item.Origin);
                }
            }
        }

        // Origins are older than what began in them.
        var own = new Dictionary<ItemSet, ItemSet>(ReferenceEqualityComparer.Instance);
        foreach (ItemSet other in missing.Values)
        {
            own[other] = Intern([.. other.Kernel.Select(item => item with { Origin = item.Origin.IsOpen ? Root : own[item.Origin] }).Order()]);
        }

        return set.IsOpen ? Root : own[set];
    }

    /// <summary>Finds the rules that begin in a set and what waits for their ends.</summary>
    public void Predict(ItemSet set)
    {
        if (set.Waiting is not null)
        {
            return;
        }

        var waiting = new Dictionary<int, List<Item>>();
        var predicted = new List<Item>();
        foreach (Item item in set.Kernel)
        {
            Call(item);
        }

        for (int i = 0; i < predicted.Count; i++)
        {
            Call(predicted[i]);
        }

        set.Predicted = [.. predicted];
        set.Waiting = waiting;
        Weight += 300 + (24 * predicted.Count) + (200 * waiting.Count);

        void Call(Item item)
        {
            foreach ((int rule, int to) in item.State < 0 ? [] : machine.States[item.State].Calls)
            {
                if (!waiting.TryGetValue(rule, out List<Item>? list))
                {
                    waiting.Add(rule, list = []);
                    MachineRule callee = machine.Rules[rule];
                    predicted.Add(new Item(callee.Start, callee.Min, callee.Max, set));
                }

                list.Add(item with { State = to });
            }
        }
    }

    private ItemSet Begin()
    {
        MachineRule start = machine.Rules[machine.Start];
        var kernel = new List<Item>();
        if (start.Nullable)
        {
            kernel.Add(new Item(~machine.Start, 0, 0, Root));
        }

        if (machine.States[start.Start].Reads)
        {
            kernel.Add(new Item(start.Start, start.Min, start.Max, Root));
        }

        kernel.Sort();
        return Intern([.. kernel]);
    }

    private ItemSet Compute(ItemSet set, int number)
    {
        Predict(set);
        ByteSet alike = ByteSet.All;
        _scanned.Clear();
        Scan(set.Kernel, (byte)number, ref alike);
        Scan(set.Predicted!, (byte)number, ref alike);
        ItemSet next = Find(_scanned) ?? ItemSet.Dead;
        if (set.Next is null)
        {
            set.Next = new ItemSet?[machine.ClassCount];
            Weight += 24 + (8 * machine.ClassCount);
        }

        // Bytes that no edge from here tells apart lead to the same set.
        for (int other = 0; other < set.Next.Length; other++)
        {
            if (alike.Contains((byte)other))
            {
                set.Next[other] = next;
            }
        }

        return next;
    }

    private void Scan(Item[] items, byte number, ref ByteSet alike)
    {
        foreach (Item item in items)
        {
            if (item.State < 0)
            {
                continue;
            }

            foreach ((ByteSet classes, int to) in machine.States[item.State].Edges)
            {
                bool read = classes.Contains(number);
                alike &= read ? classes : ~classes;
                if (read)
                {
                    _scanned.Add(item with { State = to });
                }
            }
        }
    }

    private void Push(Item item)
    {
        if (_seen.Add(item))
        {
            _open.Push(item);
        }
    }

    /// <summary>Takes an item after reading: keeps it if it reads on, ends turns and rules if it may.</summary>
    private void Complete(Item item)
    {
        MachineState state = machine.States[item.State];
        MachineRule rule = machine.Rules[state.Rule];
        bool head = rule.Counted && item.State == rule.Start;
        if (state.Reads && (!head || item.ToMax > 0))
        {
            _kernel.Add(item);
            if (_kernel.Count > MaxItems)
            {
                _open.Clear();
                throw new GrammarException($"The grammar is too ambiguous: a text can be read in more than {MaxItems} ways at once.", "Make the options of its rules begin differently.");
            }
        }

        if (state.EndsTurn)
        {
            Push(new Item(rule.Start, Math.Max(0, item.ToMin - 1), item.ToMax == int.MaxValue ? int.MaxValue : item.ToMax - 1, item.Origin));
        }

        if (state.Final || (head && item.ToMin == 0))
        {
            End(state.Rule, item.Origin);
        }
    }

    private void End(int rule, ItemSet origin)
    {
        if (!origin.IsOpen)
        {
            Predict(origin);
            foreach (Item next in origin.Waiting![rule])
            {
                Push(next);
            }
        }
        else if (_seen.Add(new Item(~rule, 0, 0, origin)))
        {
            _kernel.Add(new Item(~rule, 0, 0, origin));
        }
    }

    /// <summary>The set with counts that so many bytes cannot use up made equal; itself when there are none.</summary>
    private ItemSet Saturate(ItemSet set, int horizon)
    {
        Item[] kernel = set.Kernel;
        int first = 0;
        while (first < kernel.Length && Clamp(kernel[first], horizon).Equals(kernel[first]))
        {
            first++;
        }

        return first == kernel.Length ? set : Intern([.. kernel.Select(item => Clamp(item, horizon)).Distinct().Order()]);
    }

    private Item Clamp(Item item, int horizon)
    {
        ItemSet origin = item.Origin.IsOpen ? item.Origin : horizon == near ? item.Origin.Near : item.Origin.Far;
        if (item.State < 0 || item.ToMax == 0)
        {
            return item with { Origin = origin };
        }

        // A token reads at most so many turns to their ends; one more is under way, and one is beyond its reach.
        int most = (int)(horizon / machine.Rules[machine.States[item.State].Rule].Turn) + 2;
        return new Item(item.State, Math.Min(item.ToMin, most), item.ToMax == int.MaxValue ? int.MaxValue : Math.Min(item.ToMax, most), origin);
    }

    private sealed class KernelComparer : IEqualityComparer<Item[]>
    {
        public bool Equals(Item[]? x, Item[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(Item[] kernel)
        {
            var hash = new HashCode();
            foreach (Item item in kernel)
            {
                hash.Add(item);
            }

            return hash.ToHashCode();
        }
    }
}
