using System.Globalization;
using Agentic.Cli.Output;
using Agentic.Evaluation;

namespace Agentic.Cli.Evaluating;

/// <summary>The figures of an evaluation, for people and programs.</summary>
internal sealed class EvalReport(string name, string strategy, long seed, QaReport report)
{
    public object ToJson(bool items) => new
    {
        eval = name,
        strategy,
        seed,
        all = Figures(report),
        groups = Groups().Select(g => new { group = g.Group, figures = Figures(g.Report) }),
        items = items ? report.Results.Select(ItemJson) : null,
    };

    public void Print(TextWriter output)
    {
        output.WriteLine($"{name}, strategy {strategy}, seed {seed}, answers of at most {QaEvaluation.DefaultWords} words");
        output.WriteLine($"{"",-12}{"items",7}{"score",9}{"95 % interval",17}{"supported",11}{"not found",11}{"calls",8}{"tokens",13}{"s/item",8}");
        foreach ((string group, QaReport part) in Groups())
        {
            Row(output, group, part);
        }

        Row(output, "all", report);
    }

    public static string ItemLine(QaResult result)
    {
        string mark = result.Score >= 1 ? "right" : result.Score > 0 ? "partly" : result.Supported ? "quoted" : "wrong";
        string said = result.Scored.Length > 0 ? result.Scored : result.Answer.Status.ToString();
        return $"{mark,-7}{result.Item.Id}: {(said.Length > 100 ? said[..99] + "…" : said)}  [{(result.Item.Answers.Count > 0 ? result.Item.Answers[0] : "not said")}]";
    }

    private IEnumerable<(string Group, QaReport Report)> Groups() =>
        report.Results.GroupBy(r => r.Item.Group, StringComparer.Ordinal).Where(g => g.Key.Length > 0).Select(g => (g.Key, new QaReport([.. g])));

    private static void Row(TextWriter output, string label, QaReport rows)
    {
        int count = rows.Results.Count;
        string interval = string.Create(CultureInfo.InvariantCulture, $"{rows.Interval.Low * 100:0.0}–{rows.Interval.High * 100:0.0} %");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{label,-12}{count,7}{rows.Score * 100,7:0.0} %{interval,17}{rows.Supported * 100,9:0.0} %{rows.FalseNotFound * 100,9:0.0} %{rows.Calls,8:N0}{rows.Tokens,13:N0}{Words.Number(rows.Seconds / Math.Max(1, count)),8}"));
    }

    private static object Figures(QaReport rows) => new
    {
        items = rows.Results.Count,
        score = Math.Round(rows.Score, 4),
        low = Math.Round(rows.Interval.Low, 4),
        high = Math.Round(rows.Interval.High, 4),
        supported = Math.Round(rows.Supported, 4),
        falseNotFound = Math.Round(rows.FalseNotFound, 4),
        calls = rows.Calls,
        tokens = rows.Tokens,
        seconds = Math.Round(rows.Seconds, 1),
    };

    private static object ItemJson(QaResult result) => new
    {
        id = result.Item.Id,
        question = result.Item.Question,
        answers = result.Item.Answers,
        status = result.Answer.Status,
        answer = result.Answer.Text,
        score = Math.Round(result.Score, 4),
        supported = result.Supported,
        calls = result.Answer.Usage.Calls,
        tokens = result.Answer.Usage.PromptTokens + result.Answer.Usage.GeneratedTokens,
        seconds = Math.Round(result.Answer.Usage.Seconds, 2),
    };
}
