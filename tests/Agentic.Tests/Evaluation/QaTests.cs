using Agentic.Evaluation;
using Agentic.Formats;

namespace Agentic.Tests.Evaluation;

public sealed class QaTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("agentic-qa-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("The Eiffel-Tower, in  Paris!", "eiffeltower in paris")]
    [InlineData("a an the", "")]
    [InlineData("Röntgen’s $5", "röntgen’s 5")]
    public void Normalise_Text_IsAsSquadDoesIt(string text, string expected) => Assert.Equal(expected, QaMetrics.Normalise(text));

    [Theory]
    [InlineData("It weighs 412 tonnes.", true)]
    [InlineData("412 Tonnes", true)]
    [InlineData("412", false)]
    [InlineData("", false)]
    public void Holds_Answer_MatchesAnyAcceptedAsSubSpan(string answer, bool expected) => Assert.Equal(expected, QaMetrics.Holds(answer, ["412 tonnes", "412 t"]));

    [Fact]
    public void Interval_KnownCases_AreWilsons()
    {
        (double low, double high) = QaMetrics.Interval(0.5, 100);
        Assert.Equal(0.4038, low, 4);
        Assert.Equal(0.5962, high, 4);
        Assert.Equal((0.0, 1.0), QaMetrics.Interval(0, 0));
        Assert.Equal(0.0370, QaMetrics.Interval(0, 100).High, 4);
    }

    [Fact]
    public void Score_Answers_CountOnlyTheirFirstWords()
    {
        QaItem item = new() { Question = "q", Answers = ["gold"] };
        string late = string.Join(' ', Enumerable.Repeat("word", 40)) + " gold";

        Assert.Equal(0, QaEvaluation.Score(item, Answered(late)).Score);
        Assert.Equal(1, QaEvaluation.Score(item, Answered("pure gold")).Score);
        Assert.Equal(0, QaEvaluation.Score(item, new Answer { Status = RunStatus.NotFound }).Score);
    }

    [Fact]
    public void Score_SeveralKeysAndAbsence_AreScoredAsTheRowSays()
    {
        Assert.Equal(0.5, QaEvaluation.Score(new QaItem { Question = "q", Answers = ["red", "blue"], All = true }, Answered("only red")).Score);
        Assert.Equal(1, QaEvaluation.Score(new QaItem { Question = "q" }, new Answer { Status = RunStatus.NotFound }).Score);
        Assert.Equal(0, QaEvaluation.Score(new QaItem { Question = "q" }, Answered("something")).Score);
    }

    [Fact]
    public async Task Read_FileWithPathsAndTexts_LoadsBoth()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "a.md"), "From a file.");
        string file = Path.Combine(_directory, "q.jsonl");
        await File.WriteAllTextAsync(file, """
            {"id":"1","question":"q?","answers":["x"],"documents":["a.md",{"name":"b","text":"Inline."}],"evidence":[{"source":"a.md","section":"s","quote":"From"}]}

            {"question":"none?"}
            """);

        IReadOnlyList<QaItem> items = QaFile.Read(file);
        IReadOnlyList<Document> documents = await QaFile.LoadDocumentsAsync(items[0], _directory, new TextDocumentReader());

        Assert.Equal(2, items.Count);
        Assert.Equal(["From a file.", "Inline."], documents.Select(d => d.Text));
        Assert.Equal("From", items[0].Evidence[0].Quote);
        Assert.Equal(QaFile.ToLine(items[0]), QaFile.ToLine(QaFile.Read(Rewrite(items[0]))[0]));
    }

    [Theory]
    [InlineData("{\"question\":\"a\"}\nnot json", "line 2")]
    [InlineData("{\"answers\":[]}", "line 1")]
    [InlineData("{\"question\":\"a\",\"documents\":[5]}", "line 1")]
    public void Read_BrokenLine_IsRefusedWithItsNumber(string text, string where)
    {
        string file = Path.Combine(_directory, "q.jsonl");
        File.WriteAllText(file, text);

        Assert.Contains(where, Assert.Throws<DocumentException>(() => QaFile.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SeveralItems_ReportsMeansAndGroups()
    {
        QaItem[] items = [new() { Question = "a", Answers = ["x"], Group = "g" }, new() { Question = "b", Answers = ["y"], Group = "g" }, new() { Question = "c", Answers = ["z"], Group = "h" }];

        QaReport report = await QaEvaluation.RunAsync(items, (item, _) => Task.FromResult(item.Question == "b" ? new Answer { Status = RunStatus.NotFound } : Answered("x z")));

        Assert.Equal(2.0 / 3, report.Score, 6);
        Assert.Equal(1.0 / 3, report.FalseNotFound, 6);
        Assert.Equal([("g", 0.5, 2), ("h", 1.0, 1)], report.Groups);
    }

    [Fact]
    public void Make_NaturalQuestions_HidesTheParagraphAmongOthersWithoutTheAnswer()
    {
        if (SharedData() is not { } data)
        {
            return;
        }

        QaItem[] items = [.. NqMaker.Make(data, 20, 0, 10, seed: 1)];

        Assert.Equal(10, items.Length);
        Assert.All(items, i => Assert.Equal(20, i.Documents[0].Text!.Split("## ").Length - 1));
        Assert.All(items, i => Assert.True(QaMetrics.Holds(i.Documents[0].Text!, i.Answers)));
        Assert.Equal(items.Select(QaFile.ToLine), NqMaker.Make(data, 20, 0, 10, seed: 1).Select(QaFile.ToLine));
        Assert.NotEqual(items.Select(QaFile.ToLine), NqMaker.Make(data, 20, 0, 10, seed: 2).Select(QaFile.ToLine));
    }

    [Fact]
    public void Make_Needles_HidesAllAtTheLengthAsked()
    {
        if (SharedData() is not { } data)
        {
            return;
        }

        var counter = new WordTokens();
        QaItem[] items = [.. NeedleMaker.Make(data, [4000], [0.0, 0.5, 1.0], counter, seed: 1)];

        Assert.Equal(14, items.Length);
        Assert.All(items, i => Assert.Equal(1, QaMetrics.ShareHeld(i.Documents[0].Text!, [.. i.Answers])));
        Assert.All(items, i => Assert.InRange(counter.CountText(i.Documents[0].Text!), 3700, 4150));
        Assert.StartsWith("The best thing", items[0].Documents[0].Text, StringComparison.Ordinal);
    }

    private static Answer Answered(string text) => new() { Status = RunStatus.Answered, Text = text };

    private static string? SharedData()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Agentic.sln")))
            {
                string data = Path.Combine(folder.Parent!.FullName, "shared", "data");
                if (Directory.Exists(data))
                {
                    return data;
                }

                Console.WriteLine($"{data} is not there; nothing was checked.");
                return null;
            }
        }

        return null;
    }

    private string Rewrite(QaItem item)
    {
        string file = Path.Combine(_directory, "again.jsonl");
        File.WriteAllText(file, QaFile.ToLine(item));
        return file;
    }
}
