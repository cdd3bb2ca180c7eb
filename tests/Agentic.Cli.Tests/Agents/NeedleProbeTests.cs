using Xunit.Abstractions;

namespace Agentic.Cli.Tests.Agents;

/// <summary>
/// Some layers of the embedded model look back for the sentence that answers. Which ones was measured on ten other needles in other sentences
/// (docs/engine.md); the needles here had no part in that.
/// </summary>
[Collection(EmbeddedCallerTests.Name)]
public sealed class NeedleProbeTests(EmbeddedCaller embedded, ITestOutputHelper output)
{
    private static readonly int[] s_layers = [15, 17, 18, 21];
    private static readonly int[] s_headsOf18 = [6, 7];

    private static readonly string[] s_sentences =
    [
        "Wool from the northern islands is spun into thick yarn.", "The ferry timetable changes at the end of October.", "Two lighthouses guard the entrance of the bay.",
        "Students repaired the old mill during the summer.", "The post office sells stamps with local birds on them.", "Heavy trucks may not use the forest road.",
        "A small orchestra plays in the park on Sundays.", "The cellar of the abbey stays cool all year.", "Volunteers count the swans every winter.",
        "The new swimming pool is heated by the sun.", "Tomatoes ripen late because the nights are cold.", "The town council meets on the first Thursday.",
        "Carpenters restored the roof of the town hall.", "Buses run until midnight on weekends.", "The bakery on the corner is famous for its rye bread.",
    ];

    private static readonly (string Needle, string Question)[] s_needles =
    [
        ("The emergency number of the mine is 4486.", "What is the emergency number of the mine?"),
        ("Anna hid her diary behind the kitchen clock.", "Where did Anna hide her diary?"),
        ("The inventor of the glass bicycle was Luis Moreno.", "Who was the inventor of the glass bicycle?"),
        ("Professor Lindgren arrived in Cairo in 1932.", "When did Professor Lindgren arrive in Cairo?"),
        ("The golden bell is seven metres wide.", "How wide is the golden bell?"),
        ("Samuel's horse is called Thunder.", "What is the name of Samuel's horse?"),
        ("The meeting of the pilots takes place in room twelve.", "In which room does the meeting of the pilots take place?"),
        ("Captain Reyes lost his left glove in Lisbon.", "What did Captain Reyes lose in Lisbon?"),
        ("The wizard's favourite colour is dark green.", "What is the wizard's favourite colour?"),
        ("The satellite Orion weighs three hundred kilograms.", "How much does the satellite Orion weigh?"),
        ("Grandmother Edith paints only wooden spoons.", "What does grandmother Edith paint?"),
        ("The key to the tower is under the flower pot.", "Where is the key to the tower?"),
    ];

    [Fact]
    public async Task Probe_NeedleAmongSentences_GetsTheLargestShare()
    {
        int booked = embedded.Session.Trace.Count;
        var found = new int[s_layers.Length + 1];
        for (int n = 0; n < s_needles.Length; n++)
        {
            (double[][] shares, int at) = await SharesAsync(n);
            for (int i = 0; i < shares.Length; i++)
            {
                found[i] += Array.IndexOf(shares[i], shares[i].Max()) == at ? 1 : 0;
            }
        }

        output.WriteLine($"needle first, of {s_needles.Length}: {string.Join(", ", s_layers.Select((layer, i) => $"layer {layer} {found[i]}"))}; layer 18, heads 6 and 7 {found[^1]}");
        Assert.All(found, count => Assert.InRange(count, s_needles.Length - 1, s_needles.Length));
        CallDoneEvent[] calls = [.. embedded.Session.Trace.Skip(booked).OfType<CallDoneEvent>()];
        Assert.Equal(2 * s_needles.Length, calls.Length);
        Assert.All(calls, call => Assert.Equal("Probe", call.Verb));
        Assert.All(calls.Where((_, i) => i % 2 == 1), call => Assert.InRange(call.CachedTokens, 128, call.PromptTokens - 1));
    }

    /// <summary>What each sentence gets in each layer, and in two heads of layer 18; and the needle's place.</summary>
    private async Task<(double[][] Shares, int At)> SharesAsync(int number)
    {
        List<string> sentences = [.. s_sentences];
        int at = ((number * 5) + 1) % sentences.Count;
        sentences.Insert(at, s_needles[number].Needle);
        List<int> tokens = [.. embedded.Encode("Read the notes and answer.\n")];
        var bounds = new List<(int Begin, int End)>();
        foreach (string sentence in sentences)
        {
            int begin = tokens.Count;
            tokens.AddRange(embedded.Encode(" " + sentence));
            bounds.Add((begin, tokens.Count));
        }

        IReadOnlyList<int> question = embedded.Encode($"\nQuestion: {s_needles[number].Question}\nAnswer:");
        var request = new AttentionProbeRequest([.. tokens, .. question], question.Count) { Layers = s_layers };
        AttentionMass layers = await embedded.Caller.ProbeAsync("look", request);
        AttentionMass heads = await embedded.Caller.ProbeAsync("look", request with { Layers = [18], Heads = s_headsOf18 });
        return ([.. layers.Layers.Concat(heads.Layers).Select(mass => bounds.Select(b => mass.AsSpan(b.Begin, b.End - b.Begin).ToArray().Sum(m => (double)m)).ToArray())], at);
    }
}
