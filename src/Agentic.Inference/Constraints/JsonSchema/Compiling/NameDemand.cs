using System.Text;
using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Which names the properties of an object have, and which schemas the value of a name must meet.</summary>
internal sealed class NameDemand
{
    // Names fall into classes by the patterns that they have; each pattern may double them.
    private const int MaxClasses = 64;

    private static readonly ByteAutomaton AnyName = ByteAutomaton.Of(GrammarNode.Repeat(GrammarNode.CodePoint(CodePointSet.All), 0));
    private readonly Demand _demand;
    private readonly Dictionary<string, ByteAutomaton> _patterns = new(StringComparer.Ordinal);
    private readonly ByteAutomaton? _allowed;
    private readonly List<SchemaNode[]> _closed;
    private readonly bool _listed;

    public NameDemand(Demand demand)
    {
        (_demand, _closed) = (demand, demand.Closed(node => node.OnlyStatedProperties));
        foreach (SchemaNode node in demand.Nodes)
        {
            foreach ((string pattern, _) in node.PatternProperties)
            {
                _patterns.TryAdd(pattern, SchemaPattern.Read(node, "patternProperties", pattern));
            }
        }

        string[] listed = [];
        foreach (Demand names in demand.Nodes.Select(node => node.PropertyNames).OfType<SchemaNode>().Select(schema => Demand.Of(schema)))
        {
            ByteAutomaton texts = SchemaCompiler.Texts(names);
            _allowed = _allowed?.Intersect(texts) ?? texts;
            if (!_listed && names.Open.Count == 0 && names.Constants() is { } constants)
            {
                (_listed, listed) = (true, [.. constants.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)]);
            }
        }

        Named = [.. demand.Nodes.SelectMany(node => node.PropertyOrder).Concat(Unnamed ? listed : []).Concat(demand.Nodes.SelectMany(node => node.Required).Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Names that are known: declared ones in their order, those that a list allows, those that are only required.</summary>
    public string[] Named { get; }

    // Names that no schema declares are written when a schema speaks of them, or declares nothing at all.
    private bool Unnamed => _demand.Nodes.Any(node => node.AdditionalProperties is not null) || !_demand.Nodes.Any(node => node.DeclaresProperties || node.PatternProperties.Length > 0);

    /// <summary>The schemas of a property's value; null when it may not have this name.</summary>
    public IEnumerable<SchemaNode>? SchemasOf(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        List<SchemaNode> schemas = Schemas(node => node.Properties?.GetValueOrDefault(name), pattern => _patterns[pattern].Matches(bytes));
        return _allowed?.Matches(bytes) != false && Stated(node => node.DeclaresProperties && node.Properties!.ContainsKey(name), pattern => _patterns.GetValueOrDefault(pattern)?.Matches(bytes) == true) ? schemas : null;
    }

    /// <summary>Other names, in classes, each with the schemas of its values. Null stands for all names.</summary>
    public IEnumerable<(ByteAutomaton? Names, IEnumerable<SchemaNode> Schemas)> Others()
    {
        string[] taken = [.. Named.Concat(_demand.Nodes.SelectMany(node => (IEnumerable<string>?)node.Properties?.Keys ?? [])).Distinct(StringComparer.Ordinal)];
        if (_listed || (_patterns.Count == 0 && !Unnamed))
        {
            yield break;
        }

        ByteAutomaton? all = taken.Length == 0 ? _allowed : (_allowed ?? AnyName).Except(ByteAutomaton.Of(GrammarNode.AnyOf([.. taken.Select(GrammarNode.Text)])));
        if (all?.IsEmpty == true)
        {
            yield break;
        }

        foreach ((ByteAutomaton? names, HashSet<string> matched) in Classes(all))
        {
            List<SchemaNode> schemas = Schemas(_ => null, matched.Contains);
            if ((matched.Count > 0 || Unnamed) && Stated(_ => false, matched.Contains))
            {
                yield return (names, schemas);
            }
        }
    }

    // Whether every schema that forbids other names speaks of this one.
    private bool Stated(Predicate<SchemaNode> declared, Predicate<string> matches) => _closed.All(parts =>
        Array.Exists(parts, node => node.AdditionalProperties is not null || declared(node) || node.PatternProperties.Any(p => matches(p.Pattern))));

    private List<(ByteAutomaton? Names, HashSet<string> Matched)> Classes(ByteAutomaton? all)
    {
        List<(ByteAutomaton? Names, HashSet<string> Matched)> classes = [(all, [])];
        foreach ((string pattern, ByteAutomaton words) in _patterns)
        {
            classes = [.. classes.SelectMany(c => new[]
            {
                (Names: (ByteAutomaton?)(c.Names?.Intersect(words) ?? words), Matched: new HashSet<string>(c.Matched, StringComparer.Ordinal) { pattern }),
                (Names: (c.Names ?? AnyName).Except(words), c.Matched),
            }).Where(c => c.Names?.IsEmpty == false)];
            if (classes.Count > MaxClasses)
            {
                throw new JsonSchemaException(_demand.Pointer, "patternProperties", $"its patterns overlap in more than {MaxClasses} ways.", "Use fewer patterns, or such that exclude each other.");
            }
        }

        return classes;
    }

    private List<SchemaNode> Schemas(Func<SchemaNode, SchemaNode?> declared, Predicate<string> matches)
    {
        var all = new List<SchemaNode>();
        foreach (SchemaNode node in _demand.Nodes)
        {
            SchemaNode[] own = [.. node.PatternProperties.Where(p => matches(p.Pattern)).Select(p => p.Schema)];
            own = declared(node) is { } schema ? [schema, .. own] : own;
            all.AddRange(own.Length > 0 ? own : node.AdditionalProperties is { } other ? [other] : []);
        }

        return all;
    }
}
