using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Agentic.Agents;

/// <summary>Results of calls as bytes for the journal: replies as JSON, numbers as they are, so that they come back bit by bit.</summary>
internal static class CallResult
{
    public static byte[] Write(ReplyCollector reply) => JsonSerializer.SerializeToUtf8Bytes(new Reply(reply.Text, reply.Finish?.Value));

    public static ReplyCollector ReadReply(ReadOnlyMemory<byte> bytes)
    {
        Reply read = JsonSerializer.Deserialize<Reply>(bytes.Span)!;
        var reply = new ReplyCollector();
        reply.Add(new ChatResponse(new ChatMessage(ChatRole.Assistant, read.Text)) { FinishReason = read.Finish is { } finish ? new ChatFinishReason(finish) : null });
        return reply;
    }

    public static byte[] Write(IReadOnlyList<ScoringResult> results) => Write(w => Each(w, results, result =>
    {
        Each(w, result.Candidates, candidate => Each(w, candidate, w.Write));
        w.Write(result.PromptTokens);
        w.Write(result.CachedTokens);
    }));

    public static IReadOnlyList<ScoringResult> ReadScores(ReadOnlyMemory<byte> bytes) => Read(bytes, r => Each(r, () =>
        new ScoringResult(Each<IReadOnlyList<double>>(r, () => Each(r, r.ReadDouble)), r.ReadInt32(), r.ReadInt32())));

    public static byte[] Write(IReadOnlyList<PromptScore> results) => Write(w => Each(w, results, result =>
    {
        w.Write(result.From);
        Each(w, result.LogProbabilities, w.Write);
        Each(w, result.Entropies, w.Write);
        w.Write(result.PromptTokens);
        w.Write(result.CachedTokens);
    }));

    public static IReadOnlyList<PromptScore> ReadPromptScores(ReadOnlyMemory<byte> bytes) => Read(bytes, r => Each(r, () =>
        new PromptScore(r.ReadInt32(), Each(r, r.ReadDouble), Each(r, r.ReadDouble), r.ReadInt32(), r.ReadInt32())));

    public static byte[] Write(IReadOnlyList<Embedding<float>> results) => Write(w => Each(w, results, result => Each(w, result.Vector.ToArray(), w.Write)));

    public static IReadOnlyList<Embedding<float>> ReadEmbeddings(ReadOnlyMemory<byte> bytes) => Read(bytes, r => Each(r, () => new Embedding<float>(Each(r, r.ReadSingle))));

    public static byte[] Write(IReadOnlyList<AttentionMass> results) => Write(w => Each(w, results, result =>
    {
        Each(w, result.Layers, layer => Each(w, layer, w.Write));
        w.Write(result.PromptTokens);
        w.Write(result.CachedTokens);
    }));

    public static IReadOnlyList<AttentionMass> ReadMasses(ReadOnlyMemory<byte> bytes) => Read(bytes, r => Each(r, () =>
        new AttentionMass(Each(r, () => Each(r, r.ReadSingle)), r.ReadInt32(), r.ReadInt32())));

    private static byte[] Write(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        write(writer);
        return stream.ToArray();
    }

    private static T Read<T>(ReadOnlyMemory<byte> bytes, Func<BinaryReader, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray()), Encoding.UTF8);
        return read(reader);
    }

    private static void Each<T>(BinaryWriter writer, IReadOnlyList<T> items, Action<T> write)
    {
        writer.Write(items.Count);
        foreach (T item in items)
        {
            write(item);
        }
    }

    private static T[] Each<T>(BinaryReader reader, Func<T> read)
    {
        var items = new T[reader.ReadInt32()];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = read();
        }

        return items;
    }

    private sealed record Reply(string Text, string? Finish);
}
