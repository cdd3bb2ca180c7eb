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
    private readonly Queue<(Demand Demand, string Name)> _pending = new();

    /// <exception cref="JsonSchemaException">Something is not supported, or no value meets the schema.</exception>
    public Grammar Compile(SchemaNode root)
    {
        string start = Name(Demand.Of(root)) ?? throw Impossible(root.Pointer);
        while (_pending.TryDequeue(out (Demand Demand, string Name) next))
        {
            if (_rules.Count > MaxRules)
            {
                throw new JsonSchemaException("", null, $"it becomes more than {MaxRules} rules.", "Use a smaller schema.");
            }

            // A demand that turns out impossible is a rule without words: the recogniser leaves out what leads to it.
            _rules[next.Name] = Value(next.Demand) ?? GrammarNode.Nothing;
        }

        return _rules[start] == GrammarNode.Nothing ? throw Impossible(root.Pointer) : new Grammar(start, _rules);
    }

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
        var options = new List<GrammarNode?>();
        if (types.HasFlag(JsonTypes.Null))
        {
            options.Add(GrammarNode.Text("null"));
        }

        if (types.HasFlag(JsonTypes.Boolean))
        {
            options.Add(GrammarNode.AnyOf(GrammarNode.Text("true"), GrammarNode.Text("false")));
        }

        if ((types & JsonTypes.Number) != 0)
        {
            options.Add(Number(demand, types.HasFlag(JsonTypes.Fraction)));
        }

        if (types.HasFlag(JsonTypes.String))
        {
            options.Add(StringGrammar.Create(demand));
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

    private static GrammarNode? Number(Demand demand, bool fractions)
    {
        NumberBounds bounds = demand.Nodes.Aggregate(NumberBounds.None, (all, node) => all.And(node.Numbers));
        if (bounds.MultipleOf is { } step && step.CompareTo(new ExactDecimal(1, 0)) != 0)
        {
            SchemaNode node = demand.Nodes.First(n => n.Numbers.MultipleOf is not null);
            throw new JsonSchemaException(node.Pointer, "multipleOf", $"'multipleOf' {step} is not supported.", "1 is; or list the values in 'enum'.");
        }

        return NumberGrammar.Create(bounds, fractions && bounds.MultipleOf is null);
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

        foreach (SchemaNode node in demand.Nodes)
        {
            bool admitted = type switch
            {
                JsonTypes.Integer or JsonTypes.Fraction => node.Numbers.Admits(JsonValues.Number(value)),
                JsonTypes.String when node.Pattern is not null || node.Format is not null => throw Beside(node, node.Pattern is not null ? "pattern" : "format"),
                JsonTypes.String => JsonValues.Length(value.GetString()!) is var length && length >= node.MinLength && length <= (node.MaxLength ?? long.MaxValue),
                JsonTypes.Array when node.Items is not null || node.PrefixItems.Length > 0 || node.MinItems > 0 || node.MaxItems is not null || node.UniqueItems => throw Beside(node, "items"),
                JsonTypes.Object when node.Properties is not null || node.Required.Length > 0 || node.AdditionalProperties is not null || node.PatternProperties.Length > 0
                    || node.PropertyNames is not null || node.MinProperties > 0 || node.MaxProperties is not null => throw Beside(node, "properties"),
                _ => true,
            };
            if (!admitted)
            {
                return false;
            }
        }

        return true;
    }

    private static JsonSchemaException Beside(SchemaNode node, string keyword) =>
        new(node.Pointer, keyword, $"'{keyword}' beside 'enum' or 'const' is not supported.", "The constants say it already: leave it out.");
}
