using Agentic.Agents;
using Agentic.Reading;
using Agentic.Reading.Direct;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Evaluating;

/// <summary>Cuts documents to what one prompt holds: their beginning.</summary>
internal static class Truncation
{
    public static IReadOnlyList<Document> Fit(IChatClient client, ReadingOptions options, IReadOnlyList<Document> documents, string question)
    {
        var reader = new DirectReader(client, options);
        if (reader.Fits(documents, question))
        {
            return documents;
        }

        string text = string.Join("\n\n", documents.Select(d => d.Text));
        var model = new ModelAccess(client, options.Window);
        int low = 0;
        int high = model.Window;

        // The most tokens with which template, question and reply still fit.
        while (high - low > 16)
        {
            int middle = (low + high) / 2;
            (low, high) = reader.Fits([Cut(middle)], question) ? (middle, high) : (low, middle);
        }

        return [Cut(low)];

        Document Cut(int tokens) => new(documents[0].Name, text[..model.Counter.PrefixLength(text.AsSpan(0, Math.Min(text.Length, 64 * (tokens + 1))), tokens)]);
    }
}
