using System.Text.Json;
using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Commands;

/// <summary>Questions over the example documents, answered for real. Three here; all with AGENTIC_LONG_TESTS=1.</summary>
public class ExampleQuestionTests
{
    private static readonly string Questions = Path.Combine(Repository.Documents, "questions.jsonl");

    [Theory]
    [InlineData("expedition-1")]
    [InlineData("harbour-1")]
    [InlineData("harbour-4")]
    public async Task Ask_OverALongDocument_AnswersOrQuotesTheSentence(string id)
    {
        JsonElement row = (await File.ReadAllLinesAsync(Questions)).Select(l => JsonElement.Parse(l)).Single(r => r.GetProperty("id").GetString() == id);
        string file = Path.Combine(Repository.Documents, row.GetProperty("documents")[0].GetString()!);
        string text = await File.ReadAllTextAsync(file);

        CommandRun run = await CommandRun.OfAsync("ask", file, row.GetProperty("question").GetString()!, "--json");

        JsonElement[] evidence = [.. run.Json.GetProperty("evidence").EnumerateArray()];
        Assert.NotEmpty(evidence);
        Assert.All(evidence.Where(e => e.GetProperty("verified").GetBoolean()), e =>
            Assert.Equal(e.GetProperty("quote").GetString(), text[e.GetProperty("start").GetInt32()..e.GetProperty("end").GetInt32()]));
        string answer = run.Json.GetProperty("answer").GetString()!;
        bool answered = row.GetProperty("answers").EnumerateArray().Any(a => answer.Contains(a.GetString()!, StringComparison.OrdinalIgnoreCase));
        bool quoted = evidence.Any(e => e.GetProperty("quote").GetString() == row.GetProperty("evidence")[0].GetProperty("quote").GetString());
        Assert.True(answered || quoted, $"'{answer}' is no answer, and the sentence that answers is not among the evidence.");
    }

    [Fact]
    public async Task Eval_OverAllExampleQuestions_AnswersMostOfThem()
    {
        if (Environment.GetEnvironmentVariable("AGENTIC_LONG_TESTS") != "1")
        {
            return; // some minutes: opt in
        }

        CommandRun run = await CommandRun.OfAsync("eval", "qa", Questions, "--json", "--verbose");

        Assert.Equal(0, run.Code);
        JsonElement[] items = [.. run.Json.GetProperty("items").EnumerateArray().Where(i => i.GetProperty("answers").GetArrayLength() > 0)];
        int good = items.Count(i => i.GetProperty("score").GetDouble() >= 1 || i.GetProperty("supported").GetBoolean());
        Assert.True(good >= items.Length * 8 / 10, $"Only {good} of {items.Length} were answered or quoted:\n{run.Error}");
    }
}
