using System.Text;
using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>What the keywords for strings demand together: texts by length alone, or an automaton of texts.</summary>
internal sealed class StringDemand
{
    /// <summary>Longest string that is counted.</summary>
    public const int MostCounted = 1_000_000;

    // Counting multiplies an automaton's states; a limit that would make more than this is lowered.
    private const int MostCountedStates = 10_000;

    private static readonly ByteAutomaton AnyText = ByteAutomaton.Of(GrammarNode.Repeat(GrammarNode.CodePoint(CodePointSet.All), 0));
    private readonly Demand _demand;
    private readonly List<(SchemaNode Node, string Keyword, string Value)> _shapes = [];
    private readonly string[] _forbidden;

    public StringDemand(Demand demand)
    {
        _demand = demand;
        Min = demand.Nodes.Select(node => node.MinLength).DefaultIfEmpty(0).Max();
        Max = demand.Nodes.Select(node => node.MaxLength).Min() ?? long.MaxValue;
        _forbidden = [.. demand.Forbidden.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!).Distinct(StringComparer.Ordinal)];
        foreach (SchemaNode node in demand.Nodes)
        {
            Add(node, "pattern", node.Pattern);
            Add(node, "format", node.Format);
            Add(node, "contentEncoding", node.Encoding);
            Add(node, "not", node.ForbiddenPattern);
        }
    }

    public long Min { get; }

    public long Max { get; }

    /// <summary>Nothing but the length is demanded.</summary>
    public bool IsLengthOnly => _shapes.Count + _forbidden.Length == 0;

    /// <summary>Equal for equal demands.</summary>
    public string Key => string.Concat(_shapes.Select(shape => $"{shape.Keyword} {shape.Value.Length} {shape.Value}").Order(StringComparer.Ordinal)
        .Concat(_forbidden.Order(StringComparer.Ordinal).Select(text => $"no {text.Length} {text}")).Prepend($"{Min} {Max} "));

    /// <summary>Whether a string meets the demand.</summary>
    /// <exception cref="JsonSchemaException">A pattern or format is not supported.</exception>
    public bool Admits(string text)
    {
        int length = JsonValues.Length(text);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return length >= Min && length <= Max && !_forbidden.Contains(text, StringComparer.Ordinal) && _shapes.All(shape => Texts(shape) is not { } texts || texts.Matches(bytes) != (shape.Keyword == "not"));
    }

    /// <summary>The texts, in UTF-8 as they are meant, not as JSON spells them.</summary>
    /// <exception cref="JsonSchemaException">A pattern or format is not supported, or all together become too large.</exception>
    public ByteAutomaton Texts()
    {
        ByteAutomaton texts = AnyText;
        try
        {
            foreach ((SchemaNode Node, string Keyword, string Value) shape in _shapes.DistinctBy(shape => (shape.Keyword, shape.Value)))
            {
                texts = (shape.Keyword == "not", Texts(shape)) switch
                {
                    (_, null) => texts,
                    (true, { } others) => texts.Except(others),
                    (false, { } own) => ReferenceEquals(texts, AnyText) ? own : texts.Intersect(own),
                };
            }

            return Limited(_forbidden.Length == 0 ? texts : texts.Except(ByteAutomaton.Of(GrammarNode.AnyOf([.. _forbidden.Select(GrammarNode.Text)]))));
        }
        catch (GrammarException e)
        {
            string keyword = _shapes.Count > 0 ? _shapes[0].Keyword : "not";
            throw new JsonSchemaException(_demand.Pointer, keyword, $"'{keyword}' with what else is asked of the string becomes too large: {e.Message}", e.Hint);
        }
    }

    private ByteAutomaton Limited(ByteAutomaton texts)
    {
        long most = MostCountedStates / Math.Max(texts.StateCount, 1);
        if (Min > most)
        {
            throw new JsonSchemaException(_demand.Pointer, "minLength", $"'minLength' above {most} is not supported beside this 'pattern' or 'format'.", "Say the length in the pattern, or leave it out.");
        }

        return Min == 0 && Max == long.MaxValue ? texts : LengthLimit.Apply(texts, (int)Min, Max == long.MaxValue ? null : (int)Math.Min(Max, most));
    }

    private static ByteAutomaton? Texts((SchemaNode Node, string Keyword, string Value) shape)
    {
        (SchemaNode node, string keyword, string value) = shape;
        ByteAutomaton? texts;
        switch (keyword)
        {
            case "format":
                return StringFormats.TryGet(value, out texts) ? texts
                    : throw new JsonSchemaException(node.Pointer, keyword, $"the format '{JsonSchemaException.Shown(value)}' is not supported.", $"Supported are {string.Join(", ", StringFormats.Names)}; 'pattern' can say what others look like.");
            case "contentEncoding":
                return StringFormats.TryGetEncoding(value, out texts) ? texts
                    : throw new JsonSchemaException(node.Pointer, keyword, $"the encoding '{JsonSchemaException.Shown(value)}' is not supported.", "base64 and base16 are.");
            default:
                return SchemaPattern.Read(node, keyword, value);
        }
    }

    private void Add(SchemaNode node, string keyword, string? value)
    {
        if (value is not null)
        {
            _shapes.Add((node, keyword, value));
        }
    }
}
