using System.Text.RegularExpressions;

namespace Agentic.Agents.Records;

/// <summary>Finds the fields of a form in lines <c>FIELD: value</c>, bold or not, numbered or not, in any order; a value goes on to the next field.</summary>
internal sealed partial class RecordText
{
    private readonly IReadOnlyList<RecordField> _fields;
    private readonly Regex _label;

    public RecordText(IReadOnlyList<RecordField> fields)
    {
        _fields = fields;
        string names = string.Join('|', fields.Select(f => Regex.Escape(f.Name).Replace("_", "[ _]", StringComparison.Ordinal)));
        _label = new Regex(
            $@"^[ \t>*#\-\d.)]*\b({names})\b[ \t*_]*[:：][ \t*_]*", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    /// <summary>The reply without what a reasoning model thought aloud.</summary>
    public static string WithoutThoughts(string reply)
    {
        string text = Thoughts().Replace(reply, "");
        int end = text.LastIndexOf("</think>", StringComparison.Ordinal);
        return end < 0 ? text : text[(end + "</think>".Length)..];
    }

    public Dictionary<string, IReadOnlyList<string>> Find(string reply)
    {
        string text = reply.Replace("```", "", StringComparison.Ordinal);
        MatchCollection labels = _label.Matches(text);
        var found = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        for (int i = 0; i < labels.Count; i++)
        {
            string name = labels[i].Groups[1].Value.Replace(' ', '_');
            RecordField field = _fields.First(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            int start = labels[i].Index + labels[i].Length;
            string value = Clean(text[start..(i + 1 < labels.Count ? labels[i + 1].Index : text.Length)]);
            found[field.Name] = field.Kind == RecordFieldKind.List ? [.. found.GetValueOrDefault(field.Name) ?? [], .. Lines(value)] : [value];
        }

        return found;
    }

    private static string Clean(string value) => value.Trim().Trim('*', ' ').Trim();

    private static IEnumerable<string> Lines(string value) =>
        value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Clean(Bullet().Replace(line, ""))).Where(line => line.Length > 0);

    [GeneratedRegex(@"<think>.*?</think>", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Thoughts();

    [GeneratedRegex(@"^[ \t]*(?:[-*•]|\d+[.)])[ \t]+", RegexOptions.CultureInvariant)]
    private static partial Regex Bullet();
}
