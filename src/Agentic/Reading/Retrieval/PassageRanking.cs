using System.Numerics.Tensors;
using Agentic.Reading.Relevance;

namespace Agentic.Reading.Retrieval;

/// <summary>Ranks passages by words (BM25) and by vectors, and joins both by reciprocal ranks (Cormack et al. 2009).</summary>
internal static class PassageRanking
{
    // The constant of reciprocal rank fusion.
    private const double Damping = 60;

    /// <summary>The passages, best first, each with its word score.</summary>
    /// <param name="passages">In document order.</param>
    /// <param name="terms">The question's terms, which are counted here.</param>
    /// <param name="vectors">Their vectors; null to rank by words alone.</param>
    /// <param name="question">The question's vector.</param>
    public static List<RatedPassage> Rank(IReadOnlyList<Passage> passages, QuestionTerms terms, IReadOnlyList<ReadOnlyMemory<float>>? vectors, ReadOnlyMemory<float> question)
    {
        foreach (Passage passage in passages)
        {
            terms.Add(passage.TextWithHeading);
        }

        double[] words = [.. passages.Select(p => terms.Score(p.TextWithHeading))];
        double[] fused = new double[passages.Count];
        Add(fused, words, least: 0);
        if (vectors is not null)
        {
            Add(fused, [.. vectors.Select(v => (double)TensorPrimitives.CosineSimilarity(v.Span, question.Span))], least: double.NegativeInfinity);
        }

        return [.. Enumerable.Range(0, passages.Count).OrderByDescending(i => fused[i]).ThenBy(i => i).Select(i => new RatedPassage(passages[i], words[i], 0))];
    }

    /// <summary>Adds 1 / (60 + rank) to each; what scores no more than <paramref name="least"/> has no rank.</summary>
    private static void Add(double[] fused, double[] scores, double least)
    {
        int rank = 0;
        foreach (int i in Enumerable.Range(0, scores.Length).Where(i => scores[i] > least).OrderByDescending(i => scores[i]).ThenBy(i => i))
        {
            fused[i] += 1 / (Damping + ++rank);
        }
    }
}
