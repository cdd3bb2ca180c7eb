using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Agentic.Agents.Records;

/// <summary>
/// A form that a model fills in: as JSON by constrained decoding where the model's client offers it, else as lines <c>FIELD: value</c> read tolerantly.
/// Immutable and thread-safe.
/// </summary>
public sealed class RecordFormat
{
    private readonly RecordText _text;

    /// <summary>Creates a form.</summary>
    /// <param name="fields">Its fields, in the order in which the model fills them in; names are unique.</param>
    public RecordFormat(params IReadOnlyList<RecordField> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        Fields = fields;
        Schema = RecordSchema.Of(fields);
        _text = new RecordText(fields);
    }

    /// <summary>The fields.</summary>
    public IReadOnlyList<RecordField> Fields { get; }

    /// <summary>The form as JSON Schema.</summary>
    public JsonElement Schema { get; }

    /// <summary>The form as a prompt says it.</summary>
    /// <param name="json">As JSON, or as lines.</param>
    public string Describe(bool json)
    {
        var text = new StringBuilder(json ? "Reply with one JSON object with these fields:\n" : "");
        foreach (RecordField field in Fields)
        {
            text.Append(json ? field.Name : Label(field)).Append(": ").Append(field.Description);
            text.Append(field.Kind switch
            {
                RecordFieldKind.Number => string.Create(CultureInfo.InvariantCulture, $" ({field.Least} to {field.Most})"),
                RecordFieldKind.Choice => $" ({string.Join(", ", field.Choices)})",
                RecordFieldKind.List when json => " (a list of texts)",
                RecordFieldKind.List => " (one a line)",
                _ => "",
            });
            text.Append('\n');
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>Reads a reply: JSON anywhere in it, else lines; fields in any order, bold or not, over several lines, in code fences; of a field that comes twice the last.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="record">The record.</param>
    /// <param name="wrong">What is wrong with it, one sentence for the model.</param>
    public bool TryRead(string reply, [NotNullWhen(true)] out ReplyRecord? record, [NotNullWhen(false)] out string? wrong)
    {
        ArgumentNullException.ThrowIfNull(reply);
        string said = RecordText.WithoutThoughts(reply);
        Dictionary<string, IReadOnlyList<string>> found = RecordJson.Find(said, Fields) ?? _text.Find(said);
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        var missing = new HashSet<string>(StringComparer.Ordinal);
        foreach (RecordField field in Fields)
        {
            if (RecordValue.Of(field, found.GetValueOrDefault(field.Name)) is { } value)
            {
                values[field.Name] = value;
                continue;
            }

            missing.Add(field.Name);
            if (field.Kind == RecordFieldKind.Number)
            {
                values[field.Name] = field.Default;
            }
            else if (field.Required)
            {
                wrong = field.Kind == RecordFieldKind.Choice ? $"{Label(field)} must be one of: {string.Join(", ", field.Choices)}." : $"The field {Label(field)} is missing.";
                record = null;
                return false;
            }
        }

        (record, wrong) = (new ReplyRecord(values, missing), null);
        return true;
    }

    internal static string Label(RecordField field) => field.Name.ToUpperInvariant();
}
