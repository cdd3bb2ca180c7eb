using System.Text.RegularExpressions;
using Agentic.Agents;
using Agentic.Agents.Records;

namespace Agentic.Reading.MapReduce;

/// <summary>The five prompt families: cards, forms, and the rule that chooses among them.</summary>
/// <remarks>
/// Without a question: sum. Documents that look like program text: code. A question for an exact string (key, code, id, number of something, value of): retrieval.
/// A question over many figures (largest, total, average, how many times): math. Else qa.
/// </remarks>
internal sealed partial class TaskFamilies
{
    private const string What = "The part holds";

    private TaskFamilies(TaskFamily family, AgentLibrary library, bool structured)
    {
        Family = family;
        string name = family.ToString().ToLowerInvariant();
        Map = library.Load($"mapreduce-{name}-map", [.. ReadingTask.Names, "chunk", "form", "calibrated"]);
        Collapse = library.Load($"mapreduce-{name}-collapse", [.. ReadingTask.Names, "records", "form", "calibrated"]);
        Reduce = library.Load($"mapreduce-{name}-reduce", [.. ReadingTask.Names, "records", "calibrated"]);
        Form = FormOf(family, structured);
    }

    public TaskFamily Family { get; }

    public Agent Map { get; }

    public Agent Collapse { get; }

    public Agent Reduce { get; }

    /// <summary>What map and collapse fill in.</summary>
    public RecordFormat Form { get; }

    public IEnumerable<Agent> Agents => [Map, Collapse, Reduce];

    public static TaskFamilies Load(TaskFamily family, AgentLibrary library, bool structured) => new(family, library, structured);

    /// <summary>The family of a question over documents.</summary>
    public static TaskFamily Choose(string? question, IReadOnlyList<Document> documents) =>
        question is null ? TaskFamily.Sum
        : documents.Any(LooksLikeCode) ? TaskFamily.Code
        : Figures().IsMatch(question) ? TaskFamily.Math
        : ExactString().IsMatch(question) ? TaskFamily.Retrieval
        : TaskFamily.Qa;

    private static RecordFormat FormOf(TaskFamily family, bool structured)
    {
        if (family == TaskFamily.Sum)
        {
            return new RecordFormat(new RecordField("summary", "what the part says, in full sentences") { MaxLength = 4000 });
        }

        var answer = new RecordField("answer", "the answer that the part gives, or NO INFORMATION") { MaxLength = 600 };
        var confidence = new RecordField("confidence", "how sure the answer is") { Kind = RecordFieldKind.Number };
        if (!structured)
        {
            return new RecordFormat(answer, confidence);
        }

        var quotes = new RecordField("quotes", "exact sentences of the part that the answer rests on; never changed") { Kind = RecordFieldKind.List, Required = false, MaxItems = 5, MaxLength = 500 };
        return family switch
        {
            TaskFamily.Code => new(new RecordField("code", $"{What} program text that bears on the question: copy it") { Required = false }, new RecordField("rationale", "how it leads to the answer") { Required = false, MaxLength = 800 }, answer, confidence),
            TaskFamily.Retrieval => new(quotes, new RecordField("reasoning", "where the exact string stands") { Required = false, MaxLength = 400 }, answer, confidence),
            _ => new(
                quotes,
                new RecordField("information", "facts of the part that bear on the question") { Required = false, MaxLength = 1500 },
                new RecordField("rationale", "how the facts lead to the answer") { Required = false, MaxLength = 800 },
                answer,
                confidence),
        };
    }

    private static bool LooksLikeCode(Document document)
    {
        string head = document.Text.Length > 20_000 ? document.Text[..20_000] : document.Text;
        int lines = head.AsSpan().Count('\n') + 1;
        return lines >= 5 && CodeLine().Count(head) > lines * 0.3;
    }

    [GeneratedRegex(@"[;{}]\s*$|^\s*(?:def |class |import |from \S+ import|using |public |private |func |fn |var |let |const |return\b|#include)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex CodeLine();

    [GeneratedRegex(@"\b(?:(?:pass|access|registration|serial|secret)[ -]?(?:key|code|word|phrase|number)|(?:key|code|id|uuid|identifier|token|value)\s+(?:of|for|is|named|associated)|what (?:is|was) the (?:exact |magic |special )?(?:key|code|number|value|string))\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ExactString();

    [GeneratedRegex(@"\b(?:largest|smallest|biggest|highest|lowest|maximum|minimum|median|average|mean|sum|total|second[ -]largest)\b.*\b(?:number|figure|value|of all|in the list|in total)\b|\bhow many times\b|\bin total\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Figures();
}
