using System.Globalization;
using System.Runtime.InteropServices;
using Agentic.Agents;
using Agentic.Reading.Relevance;
using Agentic.Runs;
using Microsoft.Extensions.AI;

namespace Agentic.Reading.Retrieval;

/// <summary>Vectors of the passages of documents; a document's are kept by its text, so that only what changed is embedded again.</summary>
/// <param name="caller">The door, whose embedder makes them.</param>
/// <param name="kept">Where they are kept; null for nowhere.</param>
internal sealed class PassageVectors(AgentCaller caller, IArtefactStore? kept)
{
    private const string Stage = "embed";
    private const string Kind = "passage-vectors";
    private const int AtOnce = 256;

    /// <summary>One vector a passage, in their order.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<float>>> OfAsync(IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        var vectors = new List<ReadOnlyMemory<float>>(passages.Count);
        foreach (IGrouping<Document, Passage> document in passages.GroupBy(p => p.Document))
        {
            vectors.AddRange(await OfDocumentAsync([.. document], cancellationToken).ConfigureAwait(false));
        }

        return vectors;
    }

    /// <summary>The vector of a question.</summary>
    public async Task<ReadOnlyMemory<float>> OfAsync(string question, CancellationToken cancellationToken) =>
        (await caller.EmbedAsync(Stage, [question], cancellationToken).ConfigureAwait(false))[0];

    private async Task<IReadOnlyList<ReadOnlyMemory<float>>> OfDocumentAsync(IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        string key = Key(passages);
        if (kept is not null && await kept.GetAsync(Kind, key, cancellationToken).ConfigureAwait(false) is { } bytes && Read(bytes, passages.Count) is { } known)
        {
            return known;
        }

        var vectors = new List<ReadOnlyMemory<float>>(passages.Count);
        foreach (Passage[] some in passages.Chunk(AtOnce))
        {
            vectors.AddRange(await caller.EmbedAsync(Stage, [.. some.Select(p => p.TextWithHeading)], cancellationToken).ConfigureAwait(false));
        }

        if (kept is not null)
        {
            await kept.PutAsync(Kind, key, Write(vectors), cancellationToken).ConfigureAwait(false);
        }

        return vectors;
    }

    private string Key(IReadOnlyList<Passage> passages)
    {
        string model = caller.Model.Embedder!.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelId ?? "";
        string spans = string.Join(',', passages.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Span.Start}+{p.Span.Length}")));
        return CallHash.OfText($"{model}\n{spans}\n{passages[0].Document.Text}");
    }

    private static byte[] Write(List<ReadOnlyMemory<float>> vectors)
    {
        int width = vectors.Count == 0 ? 0 : vectors[0].Length;
        float[] all = new float[vectors.Count * width];
        for (int i = 0; i < vectors.Count; i++)
        {
            vectors[i].CopyTo(all.AsMemory(i * width));
        }

        return MemoryMarshal.AsBytes(all.AsSpan()).ToArray();
    }

    private static ReadOnlyMemory<float>[]? Read(ReadOnlyMemory<byte> bytes, int count)
    {
        float[] all = MemoryMarshal.Cast<byte, float>(bytes.Span).ToArray();
        return count == 0 || all.Length == 0 || all.Length % count != 0
            ? null
            : [.. Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<float>)all.AsMemory(i * (all.Length / count), all.Length / count))];
    }
}
