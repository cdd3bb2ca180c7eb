namespace Agentic.Inference.Constraints.JsonSchema;

/// <summary>A JSON Schema cannot be turned into a constraint: a keyword that is not supported, a value that breaks the keyword's rules, or demands that no value can meet.</summary>
public sealed class JsonSchemaException : AgenticException
{
    /// <summary>Creates the error.</summary>
    /// <param name="pointer">Where: a JSON pointer into the schema, empty for its root.</param>
    /// <param name="keyword">The keyword that is refused; null when the place as a whole is.</param>
    /// <param name="problem">What is wrong; continues "the schema at PLACE: …" to a sentence.</param>
    /// <param name="hint">What to do.</param>
    public JsonSchemaException(string pointer, string? keyword, string problem, string? hint = null)
        : base($"The JSON Schema cannot be used at '#{Shown(pointer)}': {problem}", hint)
    {
        Pointer = pointer;
        Keyword = keyword;
    }

    /// <summary>Where: a JSON pointer into the schema (RFC 6901), empty for its root.</summary>
    public string Pointer { get; }

    /// <summary>The keyword that is refused; null when the place as a whole is.</summary>
    public string? Keyword { get; }

    /// <inheritdoc/>
    public override string Code => "schema-refused";

    /// <summary>Names come from the schema's author: long ones are cut and control characters shown as '?'.</summary>
    internal static string Shown(string text)
    {
        string cut = text.Length <= 200 ? text : string.Concat(text.AsSpan(0, 199), "…");
        return string.Create(cut.Length, cut, (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
            }
        });
    }
}
