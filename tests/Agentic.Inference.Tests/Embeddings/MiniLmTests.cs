using System.Text.Json;
using Agentic.Inference.Backends;
using Agentic.Inference.Embeddings;
using Xunit;

namespace Agentic.Inference.Tests.Embeddings;

/// <summary>The embedded embedding model against the reference's vectors.</summary>
public sealed class MiniLmTests
{
    [Theory]
    [InlineData("scalar", ActivationMode.Float32, 0.999999, 1e-5)]
    [InlineData("cpu", ActivationMode.Float32, 0.999999, 1e-5)]
    [InlineData("cpu", ActivationMode.Int8, 0.9985, 1)]
    public void EmbedIds_ReferenceTexts_AsTheReference(string backend, ActivationMode mode, double leastCosine, double mostDifference)
    {
        Row[] rows = [.. Rows().Where(row => backend != "scalar" || row.Ids.Length < 40)];
        Assert.NotEmpty(rows);
        foreach (IGrouping<int, Row> group in rows.GroupBy(row => row.MaxTokens))
        {
            using EmbeddingModel model = Load(new BackendOptions { Name = backend, ActivationMode = mode }, group.Key);
            Row[] texts = [.. group];
            EmbeddingBatch batch = model.EmbedIds([.. texts.Select(row => row.Ids)]);
            for (int i = 0; i < texts.Length; i++)
            {
                Assert.InRange(Cosine(texts[i].Quantised, batch.Vectors[i]), leastCosine, 1.00001);
                Assert.InRange(Cosine(texts[i].Original, batch.Vectors[i]), mode == ActivationMode.Int8 ? 0.998 : 0.9995, 1.00001);
                Assert.True(texts[i].Quantised.Zip(batch.Vectors[i]).All(pair => Math.Abs(pair.First - pair.Second) <= mostDifference), texts[i].Name);
            }
        }
    }

    [Fact]
    public void Embed_TextsTooLong_TruncatedAsTheReference()
    {
        foreach (IGrouping<int, Row> group in Rows().Where(row => !row.Text.Contains("[MASK]", StringComparison.Ordinal)).GroupBy(row => row.MaxTokens))
        {
            using EmbeddingModel model = Load(new BackendOptions(), group.Key, LongText.Truncate);
            Row[] rows = [.. group];
            EmbeddingBatch batch = model.Embed([.. rows.Select(row => row.Text)]);
            EmbeddingBatch ids = model.EmbedIds([.. rows.Select(row => row.Ids)]);
            for (int i = 0; i < rows.Length; i++)
            {
                Assert.Equal(ids.Vectors[i], batch.Vectors[i]);
                Assert.Equal(rows[i].Ids.Length, batch.Tokens[i]);
                Assert.Equal(rows[i].TokensBefore > rows[i].MaxTokens, batch.Truncated[i]);
            }
        }
    }

    [Fact]
    public void Embed_InWhateverCompany_TheSameBits()
    {
        string[] texts = [.. Rows().Where(row => row.MaxTokens == 512 && row.TokensBefore <= 512).Select(row => row.Text)];
        using EmbeddingModel model = Load(new BackendOptions());
        using EmbeddingModel narrow = Load(new BackendOptions { Threads = 1 }, batchTokens: 1);
        EmbeddingBatch together = model.Embed(texts);
        EmbeddingBatch apart = narrow.Embed([.. texts.Reverse()]);
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.Equal(together.Vectors[i], apart.Vectors[texts.Length - 1 - i]);
        }
    }

    [Fact]
    public void Embed_LongText_RefusedOrSplitIntoPieces()
    {
        string text = Rows().First(row => row.TokensBefore > 512).Text;
        using (EmbeddingModel refusing = Load(new BackendOptions()))
        {
            BudgetException refusal = Assert.Throws<BudgetException>(() => refusing.Embed(["short", text]));
            Assert.Equal(512, refusal.Limit);
        }

        using EmbeddingModel splitting = Load(new BackendOptions(), longText: LongText.Split);
        using EmbeddingModel cutting = Load(new BackendOptions(), longText: LongText.Truncate);
        EmbeddingBatch whole = splitting.Embed([text]);
        Assert.False(whole.Truncated[0]);
        Assert.InRange(whole.Tokens[0], 833, 840);
        Assert.InRange(Cosine(cutting.Embed([text]).Vectors[0], whole.Vectors[0]), 0.6, 0.999);
    }

    [Fact]
    public void Load_GenerativeModel_IsRefusedByName()
    {
        ModelException refusal = Assert.ThrowsAny<ModelException>(() => EmbeddingModel.Load(RepositoryFiles.Golden("tiny", "llama.gguf")));
        Assert.Contains("'llama'", refusal.Message, StringComparison.Ordinal);
    }

    private static EmbeddingModel Load(BackendOptions backend, int maxTokens = 512, LongText longText = LongText.Refuse, int batchTokens = 1024) =>
        EmbeddingModel.Load(RepositoryFiles.Model("all-MiniLM-L6-v2.Q8_0.gguf"), new EmbeddingOptions { Backend = backend, MaxTokens = maxTokens, LongText = longText, BatchTokens = batchTokens });

    private static IEnumerable<Row> Rows() => File.ReadLines(RepositoryFiles.Golden("minilm", "embeddings.jsonl")).Select(line => JsonElement.Parse(line)).Select(json => new Row(
        json.GetProperty("name").GetString()!, json.GetProperty("text").GetString()!, [.. json.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())],
        json.GetProperty("tokens_before_truncation").GetInt32(), json.GetProperty("max_tokens").GetInt32(), Floats(json.GetProperty("original")), Floats(json.GetProperty("q8_0"))));

    private static float[] Floats(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetSingle())];

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));

    private sealed record Row(string Name, string Text, int[] Ids, int TokensBefore, int MaxTokens, float[] Original, float[] Quantised);
}
