using System.IO.Compression;
using System.Text.Json;
using Agentic.Inference.Backends;
using Agentic.Inference.Embeddings;
using Agentic.Inference.Hosting;
using Agentic.Inference.Tests.Tokenization;
using Xunit;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.Embeddings;

/// <summary>Twenty questions over two hundred paragraphs, against the reference's ranking. The texts are not part of this tree.</summary>
public sealed class RetrievalTests(ITestOutputHelper output)
{
    private static readonly string? Data = GoldenRows.Beside("data", "qa", "nq_open_oracle.jsonl.gz");
    private static readonly string? Golden = GoldenRows.Beside("goldens", "minilm", "retrieval.json");

    [Theory]
    [InlineData(ActivationMode.Float32, 0.006)]
    [InlineData(ActivationMode.Int8, 0.012)]
    public void Embed_QuestionsAndParagraphs_RankedAsTheReference(ActivationMode mode, double tolerance)
    {
        if (Data is null || Golden is null)
        {
            output.WriteLine("The paragraphs (NQ-open oracle set) are not here; nothing was checked.");
            return;
        }

        JsonElement golden = JsonElement.Parse(File.ReadAllText(Golden));
        Dictionary<int, JsonElement> rows = Rows(Data);
        int[] paragraphs = [.. golden.GetProperty("paragraphs").EnumerateArray().Select(Index)];
        JsonElement[] questions = [.. golden.GetProperty("questions").EnumerateArray()];
        using EmbeddingModel model = EmbeddingModel.Load(
            RepositoryFiles.Model("all-MiniLM-L6-v2.Q8_0.gguf"),
            new EmbeddingOptions { Backend = new BackendOptions { ActivationMode = mode }, MaxTokens = golden.GetProperty("max_tokens").GetInt32(), LongText = LongText.Truncate });
        EmbeddingBatch texts = model.Embed([.. paragraphs.Select(index => rows[index].Text("text"))]);
        EmbeddingBatch asked = model.Embed([.. questions.Select(question => rows[Index(question)].Text("question"))]);

        Assert.Equal(4, texts.Truncated.Count(cut => cut));
        Assert.Equal(20, questions.Length);
        for (int q = 0; q < questions.Length; q++)
        {
            var ranked = paragraphs.Select((index, p) => (index, Score: asked.Vectors[q].Zip(texts.Vectors[p], (x, y) => (double)x * y).Sum()))
                .OrderByDescending(pair => pair.Score).ToArray();
            int[] top = questions[q].Ids("top5");
            double[] scores = [.. questions[q].GetProperty("scores").EnumerateArray().Select(score => score.GetDouble())];
            Assert.Equal(top[0], ranked[0].index);
            for (int i = 0; i < top.Length; i++)
            {
                double score = ranked.First(pair => pair.index == top[i]).Score;
                Assert.InRange(score, scores[i] - tolerance, scores[i] + tolerance);
                Assert.InRange(ranked[i].Score, score - 2 * tolerance, score + 2 * tolerance);
            }
        }
    }

    [LongTheory]
    [InlineData(Pooling.Mean, 1)]
    [InlineData(Pooling.Last, 1)]
    public async Task Embed_PooledStatesOfTheGenerativeModel_FindFewerOfTheParagraphs(Pooling pooling, int least)
    {
        if (Data is null || Golden is null)
        {
            output.WriteLine("The paragraphs (NQ-open oracle set) are not here; nothing was checked.");
            return;
        }

        JsonElement golden = JsonElement.Parse(File.ReadAllText(Golden));
        Dictionary<int, JsonElement> rows = Rows(Data);
        int[] paragraphs = [.. golden.GetProperty("paragraphs").EnumerateArray().Select(Index)];
        int[] questions = [.. golden.GetProperty("questions").EnumerateArray().Select(Index)];
        using var generator = new LocalEmbeddingGenerator(RepositoryFiles.Model(ModelLocator.DefaultFile), new EmbeddingOptions { MaxTokens = 512, LongText = LongText.Truncate, Pooling = pooling });
        using var encoder = new LocalEmbeddingGenerator(RepositoryFiles.Model(ModelLocator.DefaultEmbeddingFile), new EmbeddingOptions { MaxTokens = 256, LongText = LongText.Truncate });
        int found = await FoundAsync(generator), foundByEncoder = await FoundAsync(encoder);
        output.WriteLine($"own paragraph first of {paragraphs.Length}: {found} of {questions.Length} by pooled states ({pooling}), {foundByEncoder} by the embedding model");
        Assert.InRange(found, least, foundByEncoder);

        async Task<int> FoundAsync(LocalEmbeddingGenerator model)
        {
            IReadOnlyList<float[]> texts = (await model.EmbedAsync([.. paragraphs.Select(index => rows[index].Text("text"))])).Vectors;
            IReadOnlyList<float[]> asked = (await model.EmbedAsync([.. questions.Select(index => rows[index].Text("question"))])).Vectors;
            return questions.Where((index, q) => paragraphs[Enumerable.Range(0, texts.Count).MaxBy(p => asked[q].Zip(texts[p], (x, y) => (double)x * y).Sum())] == index).Count();
        }
    }

    private static int Index(JsonElement item) => item.GetProperty("src_index").GetInt32();

    private static Dictionary<int, JsonElement> Rows(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var rows = new Dictionary<int, JsonElement>();
        while (reader.ReadLine() is { } line)
        {
            JsonElement row = JsonElement.Parse(line);
            rows[Index(row)] = row;
        }

        return rows;
    }
}
