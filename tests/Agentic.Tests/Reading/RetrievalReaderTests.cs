using System.Globalization;
using System.Text;
using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.Retrieval;
using Microsoft.Extensions.AI;

namespace Agentic.Tests.Reading;

public class RetrievalReaderTests
{
    private const string Question = "What does the lighthouse of Varn signal?";
    private static readonly RetrievalOptions Options = new() { AnswerTokens = 60, Worker = WorkerKind.Extracting };

    [Fact]
    public async Task Ask_PassagesThatBearOnIt_AreShownInDocumentOrderAndFit()
    {
        var client = new ScriptedChatClient("Fog.").With(new WordTokens(700));
        Document story = Story((10, "The lighthouse of Varn stands on a rock."), (90, "The lighthouse of Varn signals fog by three long tones; Varn hears the lighthouse signal."));

        Answer answer = await new RetrievalReader(client, Options).AskAsync([story], Question);

        ScriptedCall call = Assert.Single(client.Calls);
        int first = call.Prompt.IndexOf("stands on a rock", StringComparison.Ordinal);
        int second = call.Prompt.IndexOf("three long tones", StringComparison.Ordinal);
        Assert.True(first >= 0 && second > first);
        Assert.True(new WordTokens().CountPrompt(call.Messages).Count + call.Options.MaxOutputTokens <= 700);
        Assert.Equal((RunStatus.Answered, "Fog.", "retrieve"), (answer.Status, answer.Text, answer.Plan!.Strategy));
        Assert.Contains(answer.Evidence, e => e.Verified && e.Quote.Contains("fog", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ask_ByRank_ShowsTheBestFirst()
    {
        var client = new ScriptedChatClient("Fog.").With(new WordTokens(700));
        Document story = Story((10, "The lighthouse of Varn stands on a rock."), (90, "The lighthouse of Varn signals fog by three long tones; Varn hears the lighthouse signal."));

        await new RetrievalReader(client, Options with { DocumentOrder = false }).AskAsync([story], Question);

        string prompt = client.Calls[0].Prompt;
        Assert.True(prompt.IndexOf("three long tones", StringComparison.Ordinal) < prompt.IndexOf("stands on a rock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ask_ByVectors_FindsWhatSharesNoWord_AndEmbedsADocumentOnce()
    {
        var embedder = new Topics();
        var kept = new Shelf();
        var client = new ScriptedChatClient("A horn.").With(new WordTokens(700));
        Document story = Story((55, "A horn sounds thrice when mist lies on the water."));
        RetrievalOptions options = Options with { Embedder = embedder, Vectors = kept };

        await new RetrievalReader(client, options).AskAsync([story], Question);
        int embedded = embedder.Texts;
        Assert.Contains("A horn sounds thrice", client.Calls[0].Prompt, StringComparison.Ordinal);
        await new RetrievalReader(client, options).AskAsync([story, new Document("new.txt", "A new page.")], "What sounds in mist?");

        Assert.Equal(embedded + 2, embedder.Texts); // the new page and the question
    }

    [Fact]
    public async Task Ask_TextWithoutBlanks_IsFound()
    {
        var client = new ScriptedChatClient("三声").With(new WordTokens(700));
        string filler = string.Concat(Enumerable.Range(0, 400).Select(i => $"第{i}页讲述天气和河流。"));
        await new RetrievalReader(client, Options).AskAsync([new Document("zh.txt", filler + "灯塔在雾中鸣笛三声。" + filler)], "灯塔在雾中做什么？");

        Assert.Contains("灯塔在雾中鸣笛三声", client.Calls[0].Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_WithoutAQuestion_IsRefused() =>
        await Assert.ThrowsAsync<ConfigurationException>(async () => await new RetrievalReader(new ScriptedChatClient("x").With(new WordTokens()), Options).AskAsync([Story()]));

    [Fact]
    public async Task Ask_FitsOnePrompt_IsOneDirectCall()
    {
        var client = new ScriptedChatClient("Fog.").With(new WordTokens(8192));
        Answer answer = await new RetrievalReader(client, Options).AskAsync([new Document("a.txt", "The lighthouse of Varn signals fog.")], Question);
        Assert.Equal("direct", answer.Plan!.Strategy);
        Assert.Single(client.Calls);
    }

    private static Document Story(params (int At, string Text)[] needles)
    {
        var text = new StringBuilder();
        for (int i = 0; i < 120; i++)
        {
            text.Append(needles.FirstOrDefault(n => n.At == i).Text is { } needle ? needle + "\n\n" : "");
            text.Append(CultureInfo.InvariantCulture, $"Day {i} was a day like all days, with rain, wind and gulls over the harbour wall and nothing to tell of it.\n\n");
        }

        return new Document("story.txt", text.ToString());
    }

    /// <summary>Vectors by topic: what sounds in fog lies together, whatever the words.</summary>
    private sealed class Topics : IEmbeddingGenerator<string, Embedding<float>>
    {
        private static readonly string[] Fog = ["fog", "mist", "signal", "horn"];

        public int Texts { get; private set; }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            string[] texts = [.. values];
            Texts += texts.Length;
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(t => new Embedding<float>(Fog.Any(w => t.Contains(w, StringComparison.Ordinal)) ? new float[] { 1, 0 } : new float[] { 0.1f, 1 }))));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class Shelf : IArtefactStore
    {
        private readonly Dictionary<(string, string), ReadOnlyMemory<byte>> _kept = [];

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string kind, string key, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(_kept.TryGetValue((kind, key), out ReadOnlyMemory<byte> content) ? content : (ReadOnlyMemory<byte>?)null);

        public ValueTask PutAsync(string kind, string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        {
            _kept[(kind, key)] = content;
            return default;
        }
    }
}
