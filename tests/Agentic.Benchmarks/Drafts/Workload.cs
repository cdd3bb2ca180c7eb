using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Agentic.Benchmarks.Drafts;

/// <summary>A kind of call.</summary>
/// <param name="Name">For the table.</param>
/// <param name="CopyHeavy">Whether much of the reply stands in the prompt.</param>
/// <param name="Prompts">One call each.</param>
/// <param name="Options">How they are answered.</param>
internal sealed record Workload(string Name, bool CopyHeavy, IReadOnlyList<string> Prompts, ChatOptions Options)
{
    private const int Tokens = 160;

    private static readonly string[] Passages =
    [
        "The lighthouse at Cape Verrin was built in 1874 by Tomas Hallgren, a stonemason from the village of Osby. Its lamp burned whale oil until 1911, when the harbour board paid 4,200 crowns for an electric light. On a clear night sailors could see the beam from thirty miles away. The tower was closed in 1986 and is now a small museum with a library of old sea charts.",
        "Invoice 20417 was issued on 3 March 2024 by Brightwater Pumps Ltd to the Municipal Water Works of Lindale. It lists two centrifugal pumps of type BW-350 at 1,890 euros each, one spare shaft seal at 74 euros and delivery at 120 euros. The total of 3,974 euros is payable within thirty days to the account at Lindale Savings Bank.",
        "Dr. Amara Okafor studied the migration of grey herons along the Tessel river for eleven years. She and her assistant, Jonas Wieland, fitted 46 birds with transmitters that weigh nine grams. They found that young herons leave the valley in late September, fly by night, and rest on the gravel banks near Port Maren before they cross the mountains.",
    ];

    private static readonly JsonElement Facts = JsonDocument.Parse(
        """{"type":"object","properties":{"sentences":{"type":"array","minItems":3,"maxItems":4,"items":{"type":"object","properties":{"sentence":{"type":"string","maxLength":220},"source":{"type":"string","maxLength":20}},"required":["sentence","source"],"additionalProperties":false}}},"required":["sentences"],"additionalProperties":false}""").RootElement.Clone();

    private static readonly string[] Tasks =
    [
        "Write a story about a girl who finds a door in an old oak tree.",
        "Explain how bread is made, for someone who has never baked.",
        "What are good reasons to learn to play an instrument?",
    ];

    /// <summary>The workloads of the table.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("repeat a passage", true, [.. Passages.Select(text => $"Repeat the following text word for word.\n\n{text}")], Limit(new())),
        new("correct a passage", true, [.. Passages.Select(text => $"Here is a text:\n\n{text}\n\nCopy this text and correct its spelling. Change nothing else. Answer with the text only.")], Limit(new())),
        new("JSON: quote its sentences", true, [.. Passages.Select(text => $"Text:\n{text}\n\nList the sentences of the text as JSON, each with \"sentence\" copied exactly from the text and \"source\" set to \"text\".")], Limit(new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(Facts) })),
        new("free text, greedy", false, Tasks, Limit(new())),
        new("free text, temperature 0.8", false, Tasks, Limit(new() { Temperature = 0.8f, Seed = 7 })),
        new("question on a passage", false, [.. Passages.Select(text => $"{text}\n\nIn your own words, why might this matter to people today?")], Limit(new() { Temperature = 0.8f, Seed = 3 })),
    ];

    private static ChatOptions Limit(ChatOptions options)
    {
        options.MaxOutputTokens = Tokens;
        return options;
    }
}
