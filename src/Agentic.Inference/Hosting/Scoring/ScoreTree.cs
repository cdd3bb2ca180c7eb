namespace Agentic.Inference.Hosting.Scoring;

/// <summary>
/// Folds contexts and candidates of any number of requests into a radix tree, so that every common beginning is computed once. A candidate's
/// last token is never computed: nobody asks what follows it.
/// </summary>
internal static class ScoreTree
{
    public static IReadOnlyList<ScoreNode> Build(IReadOnlyList<ScoringRequest> requests)
    {
        var ways = new List<Way>();
        for (int r = 0; r < requests.Count; r++)
        {
            int[] context = [.. requests[r].Context];
            for (int c = 0; c < requests[r].Candidates.Count; c++)
            {
                ways.Add(new Way(context, [.. requests[r].Candidates[c]], r, c));
            }
        }

        ways.Sort();
        return Split(ways, 0, ways.Count, 0);
    }

    /// <summary>Groups ways that agree up to <paramref name="depth"/> by their next token.</summary>
    private static List<ScoreNode> Split(List<Way> ways, int from, int to, int depth)
    {
        var nodes = new List<ScoreNode>();
        while (from < to)
        {
            int end = from + 1;
            if (ways[from].Length == depth)
            {
                from = end; // ends here
                continue;
            }

            while (end < to && ways[end][depth] == ways[from][depth])
            {
                end++;
            }

            nodes.Add(Node(ways, from, end, depth));
            from = end;
        }

        return nodes;
    }

    private static ScoreNode Node(List<Way> ways, int from, int to, int depth)
    {
        Way first = ways[from];
        Way last = ways[to - 1];
        int end = depth;
        while (end < first.Length && end < last.Length && first[end] == last[end])
        {
            end++;
        }

        var tokens = new int[end - depth];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = first[depth + i];
        }

        List<Way> users = ways.GetRange(from, to - from);
        return new ScoreNode(tokens, Split(ways, from, to, end), [.. users.SelectMany(way => way.Marks(depth, end))])
        {
            Users = [.. users.GroupBy(way => way.Request).OrderBy(group => group.Key)
                .Select(group => (group.Key, Math.Max(0, Math.Min(end, group.First().ContextLength) - depth)))],
        };
    }

    /// <summary>A context followed by all of a candidate but its last token.</summary>
    private sealed record Way(int[] Context, int[] Candidate, int Request, int Number) : IComparable<Way>
    {
        public int ContextLength => Context.Length;

        public int Length => Context.Length + Candidate.Length - 1;

        public int this[int index] => index < Context.Length ? Context[index] : Candidate[index - Context.Length];

        public IEnumerable<ScoreMark> Marks(int from, int to)
        {
            for (int row = Math.Max(from, Context.Length - 1); row < to; row++)
            {
                int index = row - (Context.Length - 1);
                yield return new ScoreMark(row - from, Candidate[index], Request, Number, index);
            }
        }

        public int CompareTo(Way? other)
        {
            for (int i = 0; i < Length && i < other!.Length; i++)
            {
                int order = this[i].CompareTo(other[i]);
                if (order != 0)
                {
                    return order;
                }
            }

            return Length.CompareTo(other!.Length);
        }
    }
}
