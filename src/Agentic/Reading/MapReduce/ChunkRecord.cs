using System.Globalization;
using System.Text;
using Agentic.Agents.Records;

namespace Agentic.Reading.MapReduce;

/// <summary>The structured information protocol: what one chunk, or several collapsed into one, say about the question. Chunk numbers are never changed.</summary>
/// <param name="Chunks">The chunks it speaks for.</param>
/// <param name="Filled">The fields.</param>
/// <param name="Confidence">How sure its answer is, 0 to 5.</param>
/// <param name="Evidence">Quotations with their places.</param>
internal sealed record ChunkRecord(IReadOnlyList<int> Chunks, ReplyRecord Filled, double Confidence, IReadOnlyList<Evidence> Evidence)
{
    private const string Sentinel = "NO INFORMATION";

    /// <summary>Fields without answer and confidence, in the form's order; empty ones left out.</summary>
    public string Details { get; init; } = "";

    public string Answer => Filled.Text("answer");

    /// <summary>Whether it says nothing about the question. Only the answer counts: a rationale may well name the sentinel.</summary>
    public bool IsEmpty(TaskFamily family) => family == TaskFamily.Sum
        ? Filled.Text("summary").Length == 0
        : RecordValue.IsNothing(Answer) || Answer.Trim(' ', '[', ']', '.', '*', '"').Equals(Sentinel, StringComparison.OrdinalIgnoreCase);

    /// <summary>The fields as text.</summary>
    public static string DetailsOf(RecordFormat form, ReplyRecord filled)
    {
        var text = new StringBuilder();
        foreach (RecordField field in form.Fields.Where(f => f.Name is not ("answer" or "confidence")))
        {
            string value = field.Kind == RecordFieldKind.List ? string.Join(" | ", filled.List(field.Name)) : filled.Text(field.Name);
            if (value.Length > 0)
            {
                text.Append(field.Name == "summary" ? "" : $"{field.Name}: ").Append(value).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The record as a prompt shows it: the same text is counted and sent.</summary>
    public string Render(TaskFamily family)
    {
        string parts = string.Join(", ", Chunks.Select(c => (c + 1).ToString(CultureInfo.InvariantCulture)));
        return family == TaskFamily.Sum
            ? $"[part {parts}]\n{Details.TrimEnd()}\n"
            : string.Create(CultureInfo.InvariantCulture, $"[part {parts}]\n{Details}answer: {Answer}\nconfidence: {Confidence:0.#}\n");
    }

    public static string Render(IEnumerable<ChunkRecord> records, TaskFamily family) => string.Join('\n', records.Select(r => r.Render(family)));
}
