using System.Globalization;
using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <content>Strings with their quotes, and names.</content>
internal sealed partial class SchemaCompiler
{
    // Of all automata of strings and names together.
    private const int MaxTextStates = 200_000;
    private static readonly GrammarNode Quote = GrammarNode.Text("\"");
    private int _textStates;

    private GrammarNode? String(Demand demand)
    {
        var strings = new StringDemand(demand);
        if (strings.Min > strings.Max)
        {
            return null;
        }

        if (!strings.IsLengthOnly)
        {
            return Shared("t", strings.Key, () => Quoted(KnownAutomata.Get("text", strings.Key, strings.Texts)));
        }

        if (strings.Min > StringDemand.MostCounted)
        {
            throw new JsonSchemaException(demand.Pointer, "minLength", $"'minLength' is above {StringDemand.MostCounted}.", "Ask for shorter texts.");
        }

        int? most = strings.Max == long.MaxValue ? null : (int)Math.Min(strings.Max, StringDemand.MostCounted);
        return strings.Min == 0 && most is null ? GrammarNode.Rule("string")
            : Shared("t", strings.Key, () => GrammarNode.Sequence(Quote, GrammarNode.Repeat(GrammarNode.Rule("character"), (int)strings.Min, most), Quote));
    }

    private GrammarNode? Quoted(ByteAutomaton texts)
    {
        _textStates += texts.StateCount;
        return _textStates > MaxTextStates ? throw new JsonSchemaException("", null, $"its patterns together need automata of more than {MaxTextStates} states.", "Use fewer or simpler patterns, or shorter maximum lengths beside them.")
            : texts.IsEmpty ? null : GrammarNode.Sequence(Quote, GrammarNode.Automaton(JsonSpelling.Of(texts)), Quote);
    }

    /// <summary>The texts of all strings that meet a demand.</summary>
    public static ByteAutomaton Texts(Demand demand)
    {
        if (demand.Never || !demand.Types.HasFlag(JsonTypes.String))
        {
            return ByteAutomaton.Of(GrammarNode.Nothing);
        }

        if (demand.Open.Count > 0)
        {
            return ByteAutomaton.Of(GrammarNode.AnyOf([.. demand.Choices().Select(choice => GrammarNode.Automaton(Texts(choice)))]));
        }

        var strings = new StringDemand(demand);
        return demand.Constants() is { } constants
            ? ByteAutomaton.Of(GrammarNode.AnyOf([.. constants.Where(value => value.ValueKind == JsonValueKind.String && strings.Admits(value.GetString()!)).Select(value => GrammarNode.Text(value.GetString()!))]))
            : strings.Min > strings.Max ? ByteAutomaton.Of(GrammarNode.Nothing) : strings.Texts();
    }

    /// <summary>A rule for what many places have in common, such as all dates; null when it has no words.</summary>
    private GrammarNode? Shared(string kind, string key, Func<GrammarNode?> make)
    {
        if (!_shared.TryGetValue((kind, key), out string? name))
        {
            if (make() is { } words)
            {
                name = kind + _shared.Count.ToString(CultureInfo.InvariantCulture);
                _rules.Add(name, words);
            }

            _shared.Add((kind, key), name);
        }

        return name is null ? null : GrammarNode.Rule(name);
    }
}
