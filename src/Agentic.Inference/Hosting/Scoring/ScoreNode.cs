namespace Agentic.Inference.Hosting.Scoring;

/// <summary>A stretch of tokens that several contexts or candidates share, and what follows it.</summary>
/// <param name="Tokens">The tokens; not empty.</param>
/// <param name="Children">Stretches that follow, each with another first token.</param>
/// <param name="Marks">Log-probabilities wanted of its rows.</param>
internal sealed record ScoreNode(int[] Tokens, IReadOnlyList<ScoreNode> Children, IReadOnlyList<ScoreMark> Marks)
{
    /// <summary>Requests whose contexts go through this stretch, with the number of its tokens in their context; the first computes it, for the others it counts as cached.</summary>
    public required IReadOnlyList<(int Request, int ContextTokens)> Users { get; init; }

    /// <summary>Pages of the longest way from here on.</summary>
    public int LongestPages => Engine.EngineContext.PagesFor(Tokens.Length) + 1 + (Children.Count == 0 ? 0 : Children.Max(child => child.LongestPages));
}

/// <summary>One number wanted: the log-probability of a token under the row of another.</summary>
/// <param name="Offset">The row, counted from the stretch's first token.</param>
/// <param name="Target">The token.</param>
/// <param name="Request">Index of the request.</param>
/// <param name="Candidate">Index of its candidate.</param>
/// <param name="Index">Index within the candidate.</param>
internal readonly record struct ScoreMark(int Offset, int Target, int Request, int Candidate, int Index);
