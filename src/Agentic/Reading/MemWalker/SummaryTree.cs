using Agentic.Documents;

namespace Agentic.Reading.MemWalker;

/// <summary>A node: a segment of the text, or consecutive nodes below it.</summary>
/// <param name="Name">For people: <c>leaf 3</c>, <c>node 1.2</c> (level and place, from 1), <c>root</c>.</param>
/// <param name="Key">Hash of all that its summary is made from.</param>
/// <param name="Chunk">The segment of a leaf; null for a node.</param>
/// <param name="Children">The children of a node; none for a leaf.</param>
internal sealed record TreeNode(string Name, string Key, Chunk? Chunk, IReadOnlyList<TreeNode> Children)
{
    /// <summary>What it covers in few words; empty until it is made.</summary>
    public string Summary { get; set; } = "";

    /// <summary>Whether its summary and all below it are the model's own; one that stands in for a failed call is not kept.</summary>
    public bool Sound { get; set; } = true;

    public bool IsLeaf => Chunk is not null;

    /// <summary>The leaves below it, or itself.</summary>
    public IEnumerable<TreeNode> Leaves => IsLeaf ? [this] : Children.SelectMany(c => c.Leaves);

    /// <summary>It and all below it, with their depth under it, as a reader would go through them.</summary>
    public IEnumerable<(TreeNode Node, int Depth)> Walk(int depth = 0) => Children.SelectMany(c => c.Walk(depth + 1)).Prepend((this, depth));

    public bool Equals(TreeNode? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>The tree of summaries over documents.</summary>
/// <param name="Levels">Nodes that are made together, leaves first; the last level is the root alone. A node passed up unchanged stands in its first level only.</param>
internal sealed record SummaryTree(IReadOnlyList<IReadOnlyList<TreeNode>> Levels)
{
    public TreeNode Root => Levels[^1][0];

    public int Leaves => Levels[0].Count;

    /// <summary>Steps from the root to the lowest leaf.</summary>
    public int Depth => Levels.Count - 1;

    public IEnumerable<TreeNode> Nodes => Levels.SelectMany(l => l);

    /// <summary>The shape of the tree over segments: consecutive runs of at most <paramref name="children"/> nodes, level by level. It depends on their number alone, so that a grown document keeps what stands before.</summary>
    /// <param name="chunks">The segments.</param>
    /// <param name="children">M, at least 2.</param>
    /// <param name="leafKey">Hash of all that a leaf's summary is made from.</param>
    /// <param name="nodeKey">The same for a node, from its children's keys.</param>
    public static SummaryTree Over(IReadOnlyList<Chunk> chunks, int children, Func<Chunk, string> leafKey, Func<IEnumerable<string>, string> nodeKey)
    {
        List<TreeNode> level = [.. chunks.Select(c => new TreeNode(chunks.Count == 1 ? "root" : $"leaf {c.Index + 1}", leafKey(c), c, []))];
        List<IReadOnlyList<TreeNode>> levels = [level];
        while (level.Count > 1)
        {
            List<TreeNode> made = [];
            List<TreeNode> above = [];
            foreach (TreeNode[] group in level.Chunk(children))
            {
                if (group.Length > 1)
                {
                    string name = level.Count <= children ? "root" : $"node {levels.Count}.{made.Count + 1}";
                    made.Add(new TreeNode(name, nodeKey(group.Select(n => n.Key)), null, group));
                }

                // A node alone needs no node above it.
                above.Add(group.Length > 1 ? made[^1] : group[0]);
            }

            levels.Add(made);
            level = above;
        }

        return new SummaryTree(levels);
    }
}
