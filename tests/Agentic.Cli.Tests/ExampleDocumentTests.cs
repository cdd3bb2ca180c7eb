using System.Text.Json;
using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests;

/// <summary>The example documents are test data: their questions must be true of them.</summary>
public class ExampleDocumentTests
{
    [Fact]
    public async Task Questions_EveryQuote_StandsInItsDocumentOnceUnderItsSection()
    {
        Dictionary<string, string> documents = Directory.EnumerateFiles(Repository.Documents, "*.md").ToDictionary(f => Path.GetFileName(f), File.ReadAllText);
        List<string> wrong = [];
        int quotes = 0;
        foreach (JsonElement question in await QuestionsAsync())
        {
            string id = question.GetProperty("id").GetString()!;
            foreach (JsonElement evidence in question.GetProperty("evidence").EnumerateArray())
            {
                quotes++;
                string text = documents[evidence.GetProperty("source").GetString()!];
                string quote = evidence.GetProperty("quote").GetString()!;
                int at = text.IndexOf(quote, StringComparison.Ordinal);
                if (at < 0 || text.IndexOf(quote, at + 1, StringComparison.Ordinal) >= 0)
                {
                    wrong.Add($"{id}: the quote stands {(at < 0 ? "nowhere" : "twice")}");
                }
                else if (!text[..at].Contains($" {evidence.GetProperty("section").GetString()}\n", StringComparison.Ordinal))
                {
                    wrong.Add($"{id}: no such section before the quote");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(quotes >= 10, $"There are only {quotes} quotes.");
    }

    [Fact]
    public async Task Documents_InTheTree_AreLongerThanTheWindow()
    {
        string[] names = [.. (await QuestionsAsync()).SelectMany(q => q.GetProperty("documents").EnumerateArray()).Select(d => d.GetString()!).Distinct()];
        Assert.True(names.Length >= 2, "There are fewer than two documents.");
        foreach (string file in names.Select(n => Path.Combine(Repository.Documents, n)))
        {
            CommandRun run = await CommandRun.OfAsync("model", "tokenize", "--json", await File.ReadAllTextAsync(file));

            Assert.True(run.Json.GetProperty("ids").GetArrayLength() > 2 * 8192, $"{file} is too short.");
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> QuestionsAsync() =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(Repository.Documents, "questions.jsonl"))).Where(l => l.Length > 0).Select(l => JsonElement.Parse(l))];
}
