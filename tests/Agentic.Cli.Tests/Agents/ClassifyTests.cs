using Agentic.Agents;
using Xunit.Abstractions;

namespace Agentic.Cli.Tests.Agents;

/// <summary>Decisions by scores with the embedded model, on items that people find easy.</summary>
[Collection(EmbeddedCallerTests.Name)]
public sealed class ClassifyTests(EmbeddedCaller embedded, ITestOutputHelper output)
{
    private static readonly ClassLabel[] s_topics = [new("sports"), new("food"), new("weather"), new("music")];

    private static readonly (string Text, int Topic)[] s_texts =
    [
        ("The striker scored twice and the team won the final.", 0), ("She ran the marathon in under three hours.", 0), ("The goalkeeper saved a penalty in the last minute.", 0),
        ("He won the tennis match in straight sets.", 0), ("The swimmers trained for the Olympic relay.", 0), ("The coach praised the players after the game.", 0),
        ("Add two eggs, flour and sugar, then bake for an hour.", 1), ("The soup was hot and tasted of garlic and tomatoes.", 1), ("We ordered pizza and a salad for lunch.", 1),
        ("Her grandmother makes the best apple pie.", 1), ("The restaurant serves fresh fish with rice.", 1), ("Slice the onions and fry them in butter.", 1),
        ("Heavy rain and strong winds are expected tomorrow.", 2), ("It will be sunny with temperatures around thirty degrees.", 2), ("Snow fell all night and the roads are icy.", 2),
        ("A thunderstorm will reach the coast this evening.", 2), ("Fog will clear by noon, with light clouds later.", 2), ("The forecast says it will be cold and cloudy.", 2),
        ("The orchestra played a symphony by Beethoven.", 3), ("He learned to play the guitar when he was ten.", 3), ("The singer released a new album last week.", 3),
        ("The choir sang an old song in the church.", 3), ("The band tuned their instruments before the concert.", 3), ("She practises the piano every morning.", 3),
    ];

    [Fact]
    public async Task Classify_TwentyFourEasyTexts_FarAboveChance()
    {
        int right = 0, plain = 0;
        foreach ((string text, int topic) in s_texts)
        {
            var request = new ClassifyRequest { Stage = "classify", Text = text, Labels = s_topics, Question = "What is the text about?" };
            Classification found = await embedded.Caller.ClassifyAsync(request);
            Classification uncalibrated = await embedded.Caller.ClassifyAsync(request with { ContentFree = null });
            right += found.Label == s_topics[topic] ? 1 : 0;
            plain += uncalibrated.Label == s_topics[topic] ? 1 : 0;
            Assert.Equal(1, found.Probabilities.Sum(), 1e-9);
            Assert.Equal(found.Probabilities.Max(), found.Probabilities[Array.IndexOf(s_topics, found.Label)]);
            Assert.InRange(found.Entropy, 0, Math.Log(4));
        }

        output.WriteLine($"right of {s_texts.Length}: {right} calibrated, {plain} not; chance {s_texts.Length / 4}");
        Assert.InRange(right, 18, s_texts.Length);
    }

    [Fact]
    public async Task LeaveOneOut_AnswerFromOnePassage_FallsMostWithoutIt()
    {
        string[] passages =
        [
            "The bridge over the Lune was finished in 1911.", "Clara keeps seven goats on her farm.", "The museum in Halden shows old clocks.",
            "Doctor Ames grew up in Peru.", "The red boat is called Marigold.", "The baker opens at five in the morning.",
        ];
        (string Question, string Answer)[] items =
        [
            ("When was the bridge over the Lune finished?", "1911"), ("How many goats does Clara keep?", "seven"), ("What does the museum in Halden show?", "old clocks"),
            ("Where did Doctor Ames grow up?", "Peru"), ("What is the red boat called?", "Marigold"), ("When does the baker open?", "at five in the morning"),
        ];
        var agent = new Agent(
            new AgentCard { Name = "reader", File = "reader", Prompt = "reader.hbs", ReplyStart = "The answer is" },
            PromptTemplate.Parse("reader.hbs", "{{!-- version: 1 --}}\n{{passages}}\n\n{{question}}", ["passages", "question"]));
        int right = 0;
        for (int i = 0; i < items.Length; i++)
        {
            IReadOnlyList<double> falls = await embedded.Caller.LeaveOneOutAsync(
                "attribute", agent, passages, left => new Dictionary<string, object?> { ["passages"] = string.Join('\n', left), ["question"] = items[i].Question }, " " + items[i].Answer);
            output.WriteLine($"{items[i].Answer}: {string.Join(' ', falls.Select(fall => $"{fall:0.00}"))}");
            right += falls.Count == passages.Length && falls[i] == falls.Max() && falls[i] > 0.5 ? 1 : 0;
        }

        // A model this small finds "seven goats" hard to say whatever it reads.
        Assert.InRange(right, items.Length - 1, items.Length);
    }

    [Fact]
    public async Task Classify_WrongLabels_AreRefused()
    {
        var request = new ClassifyRequest { Stage = "classify", Text = "x", Labels = [new("a"), new("a")] };
        await Assert.ThrowsAsync<ArgumentException>(() => embedded.Caller.ClassifyAsync(request));
        await Assert.ThrowsAsync<ArgumentException>(() => embedded.Caller.ClassifyAsync(request with { Labels = [new("a")] }));
        await Assert.ThrowsAsync<ArgumentException>(() => embedded.Caller.ClassifyAsync(request with { Labels = [new("a"), new(" ")] }));
    }
}
