using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <content>Lists without repeated items, and lists that contain something.</content>
internal sealed partial class SchemaCompiler
{
    /// <summary>So many different values stand in any order; more stand in the order in which the schema lists them.</summary>
    private const int MaxShuffled = 8;

    private const int MaxListed = 1000;
    private const int MaxCountedItems = 1000;

    private GrammarNode? Distinct(Demand demand, SchemaNode unique, long least, long most)
    {
        List<JsonElement> values = Values(Demand.Of(ItemAt(demand, 0))) ?? throw new JsonSchemaException(
            unique.Pointer, "uniqueItems", "'uniqueItems' is supported only where the items are of few known values (enum, const, boolean, a small range of integers): what has been written before cannot be remembered by a grammar.",
            "Leave it out and remove repeated items afterwards.");
        GrammarNode[] words = [.. values.Select(value => GrammarNode.Text(JsonValues.Text(value)))];
        return words.Length > MaxShuffled ? Chain([.. words.Select(word => (word, false))], null, least, most) : Shuffled(words, least, most);
    }

    /// <summary>One rule for each set of words that stand before.</summary>
    private GrammarNode? Shuffled(GrammarNode[] words, long least, long most)
    {
        string prefix = "u" + (_chains++).ToString(CultureInfo.InvariantCulture);
        var after = new GrammarNode?[1 << words.Length];
        for (int before = after.Length - 1; before >= 0; before--)
        {
            int count = BitOperations.PopCount((uint)before);
            var options = new List<GrammarNode>();
            for (int i = 0; i < words.Length && count < most; i++)
            {
                if ((before >> i & 1) == 0 && after[before | 1 << i] is { } rest)
                {
                    options.Add(before == 0 ? GrammarNode.Sequence(words[i], Space, rest) : GrammarNode.Sequence(Comma, words[i], Space, rest));
                }
            }

            if (count >= least)
            {
                options.Add(GrammarNode.Empty);
            }

            if (options.Count > 0)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"{prefix}.{before}");
                Add(name, GrammarNode.AnyOf(options));
                after[before] = GrammarNode.Rule(name);
            }
        }

        return after[0];
    }

    /// <summary>All values that meet a demand, each once; null when they are too many or not known one by one.</summary>
    private static List<JsonElement>? Values(Demand demand)
    {
        var values = new List<JsonElement>();
        if (demand.Never)
        {
            return values;
        }

        if (demand.Open.Count > 0)
        {
            foreach (List<JsonElement>? option in demand.Choices().Select(Values))
            {
                if (option is null || values.Count + option.Count > MaxListed)
                {
                    return null;
                }

                values.AddRange(option);
            }

            return [.. JsonValues.Distinct(values)];
        }

        if (demand.Constants() is { } constants)
        {
            return constants.Count > MaxListed ? null : [.. constants.Where(value => Admits(demand, value))];
        }

        return Listed(demand);
    }

    private static List<JsonElement>? Listed(Demand demand)
    {
        JsonTypes types = demand.Types;
        NumberBounds bounds = Bounds(demand);
        BigInteger low = bounds.Low?.CeilingAt(0) ?? 0, high = bounds.High?.FloorAt(0) ?? 0;
        bool numbers = types.HasFlag(JsonTypes.Integer), counted = !types.HasFlag(JsonTypes.Fraction) && bounds is { Low: not null, High: not null } && high - low < MaxListed;
        if ((types & ~(JsonTypes.Null | JsonTypes.Boolean | JsonTypes.Integer)) != 0 || (numbers && !counted))
        {
            return null;
        }

        List<string> words = types.HasFlag(JsonTypes.Null) ? ["null"] : [];
        words.AddRange(types.HasFlag(JsonTypes.Boolean) ? ["true", "false"] : []);
        words.AddRange(numbers && low <= high ? Enumerable.Range(0, (int)(high - low) + 1).Select(i => (low + i).ToString(CultureInfo.InvariantCulture)) : []);
        HashSet<string> forbidden = JsonValues.Keys(demand.Forbidden);
        return [.. words.Select(word => JsonElement.Parse(word)).Where(value =>
            (value.ValueKind != JsonValueKind.Number || bounds.Admits(JsonValues.Number(value))) && !forbidden.Contains(JsonValues.Key(value)))];
    }

    /// <summary>Lists of which so many items at least meet one more schema. Rules count the items and those that are found.</summary>
    private GrammarNode? Containing(Demand demand, SchemaNode[] contains, GrammarNode? other, long least, long most)
    {
        SchemaNode node = contains[0];
        long wanted = node.MinContains, counted = Math.Max(Math.Max(least, most == long.MaxValue ? 0 : most), 1);
        if (contains.Length > 1 || demand.Nodes.Any(n => n.PrefixItems.Length > 0) || (wanted + 1) * (counted + 1) > MaxCountedItems)
        {
            throw new JsonSchemaException(node.Pointer, "contains", "'contains' beside another one, beside 'prefixItems' or with large limits is not supported.", "Say with items what every item must be, and check the rest after the reply.");
        }

        GrammarNode? match = Reference(ItemAt(demand, 0).Append(node.Contains!));
        string prefix = "c" + (_chains++).ToString(CultureInfo.InvariantCulture);
        for (long found = 0; found <= wanted; found++)
        {
            for (long before = 0; before <= counted; before++)
            {
                var options = new List<GrammarNode>();
                if (found >= wanted && before >= least)
                {
                    options.Add(GrammarNode.Empty);
                }

                if (before < most)
                {
                    Option(match, Math.Min(found + 1, wanted), before);
                    Option(other, found, before);
                }

                Add(Name(found, before), GrammarNode.AnyOf(options));

                void Option(GrammarNode? item, long then, long at)
                {
                    if (item is not null)
                    {
                        GrammarNode rest = GrammarNode.Sequence(item, Space, GrammarNode.Rule(Name(then, Math.Min(at + 1, counted))));
                        options.Add(at == 0 ? rest : GrammarNode.Sequence(Comma, rest));
                    }
                }
            }
        }

        return GrammarNode.Rule(Name(0, 0));

        string Name(long found, long before) => string.Create(CultureInfo.InvariantCulture, $"{prefix}.{found}.{before}");
    }
}
