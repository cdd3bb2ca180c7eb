using Agentic.Documents;
using Agentic.Reading.Relevance;

namespace Agentic.Grounding;

/// <summary>Finds the sentence that supports an answer whose prompt asked for no quotations.</summary>
internal static class AnswerEvidence
{
    /// <summary>The sentence of a chunk in which an answer stands word for word; null when it stands nowhere there.</summary>
    public static TextSpan? SentenceWith(string answer, Chunk chunk) =>
        EvidenceLocator.Find(chunk.Document.Text, answer, chunk.Span) is { } at && chunk.Span.Contains(at)
            ? SentenceSplitter.Split(chunk.Document.Text, chunk.Span).FirstOrDefault(s => s.Contains(at), at)
            : null;

    /// <summary>The sentence that shares most with answer and question, weighted by rarity; nothing when hardly any sentence shares the answer's terms.</summary>
    public static IReadOnlyList<Evidence> Find(string answer, string question, IReadOnlyList<Document> documents, string stage)
    {
        var wanted = new QuestionTerms(answer);
        var asked = new QuestionTerms(question);
        foreach (Document document in documents)
        {
            foreach (TextSpan sentence in SentenceSplitter.Split(document.Text))
            {
                wanted.Add(document.Text.AsSpan(sentence.Start, sentence.Length));
                asked.Add(document.Text.AsSpan(sentence.Start, sentence.Length));
            }
        }

        (double Score, double Share, Document? Document, TextSpan Span) best = default;
        foreach (Document document in documents)
        {
            foreach (TextSpan sentence in SentenceSplitter.Split(document.Text))
            {
                ReadOnlySpan<char> text = document.Text.AsSpan(sentence.Start, sentence.Length);
                double share = wanted.Coverage(text);
                double score = share + (0.5 * asked.Coverage(text));
                if (score > best.Score)
                {
                    best = (score, share, document, sentence);
                }
            }
        }

        if (best.Document is null || best.Share < 0.5)
        {
            return [];
        }

        string quote = best.Document.Text.AsSpan(best.Span.Start, best.Span.Length).Trim().ToString();
        return [EvidenceLocator.Locate(best.Document, quote, stage, null, best.Share, best.Span)];
    }
}
