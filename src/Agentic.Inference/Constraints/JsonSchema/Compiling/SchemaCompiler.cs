using System.Globalization;
using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Turns demands into rules: one rule for each set of schemas that a value must meet together.</summary>
internal sealed partial class SchemaCompiler
{
    private const int MaxRules = 50_000;
    private const int MaxChoices = 1_000;
    private static readonly GrammarNode Space = GrammarNode.Rule("space");
    private readonly Dictionary<string, GrammarNode> _rules = new(AnyJson.Rules, StringComparer.Ordinal) { ["space"] = AnyJson.Space, ["character"] = AnyJson.Character };
    private readonly Dictionary<string, string?> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string Key), string?> _shared = [];
    private readonly Queue<(Demand Demand, string Name)> _pending = new();

    /// <exception cref="JsonSchemaException">Something is not supported, or no value meets the schema.</exception>
    public Grammar Compile(SchemaNode root)
    {
        string start = Name(Demand.Of(root)) ?? throw Impossible(root.Pointer);
        while (_pending.TryDequeue(out (Demand Demand, string Name) next))
        {
            // A demand that turns out impossible is a rule without words: the recogniser leaves out what leads to it.
            Add(next.Name, Value(next.Demand) ?? GrammarNode.Nothing);
        }

        return _rules[start] == GrammarNode.Nothing ? throw Impossible(root.Pointer) : new Grammar(start, _rules);
    }

    private void Add(string name, GrammarNode words)
    {
        if (_rules.Count > MaxRules)
        {
            throw TooLarge();
        }

        _rules.Add(name, words);
    }

    private static JsonSchemaException TooLarge() => new("", null, $"it becomes more than {MaxRules} rules.", "Use a smaller schema.");

    private static JsonSchemaException Impossible(string pointer) => new(pointer, null, "no value meets it.", "Correct the schema.");

    /// <summary>The rule of a demand; null when it plainly has no value.</summary>
    private string? Name(Demand demand)
    {
        if (demand.Never)
        {
            return null;
        }

        if (demand.Nodes.Count == 0)
        {
            return "value";
        }

        if (!_names.TryGetValue(demand.Key, out string? name))
        {
            // What waits counts as well.
            if (_names.Count > MaxRules)
            {
                throw TooLarge();
            }

            name = "s" + _names.Count.ToString(CultureInfo.InvariantCulture);
            _names.Add(demand.Key, name);
            _pending.Enqueue((demand, name));
        }

        return name;
    }

    private GrammarNode? Reference(IEnumerable<SchemaNode> schemas) => Name(Demand.Of(schemas)) is { } name ? GrammarNode.Rule(name) : null;

    private GrammarNode? Value(Demand demand)
    {
        if (demand.Never)
        {
            return null;
        }

        if (demand.Open.Count > 0)
        {
            GrammarNode[] options = [.. demand.Choices().Select(Name).OfType<string>().Distinct(StringComparer.Ordinal).Select(GrammarNode.Rule)];
            return options.Length == 0 ? null
                : options.Length <= MaxChoices ? GrammarNode.AnyOf(options)
                : throw new JsonSchemaException(demand.Pointer, "anyOf", $"it leaves more than {MaxChoices} choices.", "Use a smaller schema.");
        }

        return demand.Constants() is { } constants ? Constants(demand, constants) : Types(demand);
    }

    private GrammarNode? Types(Demand demand)
    {
        JsonTypes types = demand.Types;
        foreach (JsonElement value in demand.Forbidden)
        {
            types &= value.ValueKind == JsonValueKind.Null ? ~JsonTypes.Null : JsonTypes.Any;
            if (value.ValueKind is JsonValueKind.Array or JsonValueKind.Object && (types & JsonValues.TypeOf(value)) != 0)
            {
                throw new JsonSchemaException(demand.Pointer, "not", "'not' over a constant that is a list or an object is not supported.", "Write the allowed forms out as anyOf.");
            }
        }

        var options = new List<GrammarNode?>();
        if (types.HasFlag(JsonTypes.Null))
        {
            options.Add(GrammarNode.Text("null"));
        }

        if (types.HasFlag(JsonTypes.Boolean))
        {
            options.Add(demand.Forbidden.Any(value => value.ValueKind == JsonValueKind.True) ? null : GrammarNode.Text("true"));
            options.Add(demand.Forbidden.Any(value => value.ValueKind == JsonValueKind.False) ? null : GrammarNode.Text("false"));
        }

        if ((types & JsonTypes.Number) != 0)
        {
            options.Add(Number(demand, types & JsonTypes.Number));
        }

        if (types.HasFlag(JsonTypes.String))
        {
            options.Add(String(demand));
        }

        if (types.HasFlag(JsonTypes.Array))
        {
            options.Add(Array(demand));
        }

        if (types.HasFlag(JsonTypes.Object))
        {
            options.Add(Object(demand));
        }

        GrammarNode[] possible = [.. options.OfType<GrammarNode>()];
        return possible.Length == 0 ? null : GrammarNode.AnyOf(possible);
    }

    private static GrammarNode? Constants(Demand demand, List<JsonElement> values)
    {
        GrammarNode[] possible = [.. values.Where(value => Admits(demand, value)).Select(JsonValues.Text).Distinct(StringComparer.Ordinal).Select(GrammarNode.Text)];
        return possible.Length == 0 ? null : GrammarNode.AnyOf(possible);
    }

    /// <summary>Whether a constant meets the other keywords of its demand.</summary>
    private static bool Admits(Demand demand, JsonElement value)
    {
        JsonTypes type = JsonValues.TypeOf(value);
        if ((demand.Types & type) == 0)
        {
            return false;
        }

        if (type is JsonTypes.Array or JsonTypes.Object)
        {
            return demand.Nodes.SelectMany(node => node.Keywords.Select(keyword => (Node: node, Keyword: keyword))).FirstOrDefault(p => SchemaKeywords.SpeaksOf(p.Keyword, type)) is { Node: { } beside } found
                ? throw Beside(beside, found.Keyword)
                : true;
        }

        return type == JsonTypes.String ? new StringDemand(demand).Admits(value.GetString()!) : (type & JsonTypes.Number) == 0 || Bounds(demand).Admits(JsonValues.Number(value));
    }

    private static JsonSchemaException Beside(SchemaNode node, string keyword) =>
        new(node.Pointer, keyword, $"'{keyword}' beside 'enum' or 'const' is not supported.", "The constants say it already: leave it out.");
}
