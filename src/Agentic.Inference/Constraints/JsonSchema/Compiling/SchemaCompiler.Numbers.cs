using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <content>Numbers.</content>
internal sealed partial class SchemaCompiler
{
    private static NumberBounds Bounds(Demand demand) => demand.Nodes.Aggregate(NumberBounds.None, (all, node) => NumberFormats.Limit(node.Format, all.And(node.Numbers)));

    private GrammarNode? Number(Demand demand, JsonTypes types)
    {
        NumberBounds bounds = Bounds(demand);
        ExactDecimal[] forbidden = [.. demand.Forbidden.Where(value => value.ValueKind == JsonValueKind.Number).Select(JsonValues.Number)];
        string key = $"{bounds} {types} {string.Join(' ', forbidden)}";
        return Shared("n", key, () => KnownAutomata.Get("number", key, () => Numbers(demand, bounds, types, forbidden)) is { IsEmpty: false } numbers ? GrammarNode.Automaton(numbers) : null);
    }

    private static ByteAutomaton Numbers(Demand demand, NumberBounds bounds, JsonTypes types, ExactDecimal[] forbidden)
    {
        bool fractions = types.HasFlag(JsonTypes.Fraction), integers = types.HasFlag(JsonTypes.Integer);
        var one = new ExactDecimal(1, 0);
        ExactDecimal step = bounds.MultipleOf ?? one;

        // One way to read a number, not one for each length.
        ByteAutomaton numbers = ByteAutomaton.Of(NumberGrammar.Create(bounds, fractions && (bounds.MultipleOf is null || step.Scale > 0)) ?? GrammarNode.Nothing);
        if (!step.Equals(one))
        {
            numbers = numbers.Intersect(Multiples.Of(step, fractions) ?? throw new JsonSchemaException(
                demand.Nodes.First(n => n.Numbers.MultipleOf is not null).Pointer, "multipleOf", $"'multipleOf' {JsonSchemaException.Shown(step.ToString())} is not supported.",
                $"Steps may have {NumberGrammar.FractionDigits} digits after the point, and their digits no prime power above {Multiples.MaxPrimePower}."));
        }

        GrammarNode zeros = GrammarNode.Repeat(GrammarNode.Text("0"), 0);
        if (!integers)
        {
            GrammarNode digits = GrammarNode.Repeat(GrammarNode.Byte(ByteSet.Range((byte)'0', (byte)'9')), 1);
            numbers = numbers.Except(ByteAutomaton.Of(GrammarNode.Sequence(GrammarNode.Optional(GrammarNode.Text("-")), digits, GrammarNode.Optional(GrammarNode.Sequence(GrammarNode.Text("."), zeros)))));
        }

        if (forbidden.Length > 0)
        {
            numbers = numbers.Except(ByteAutomaton.Of(GrammarNode.AnyOf([.. forbidden.Select(value => GrammarNode.Sequence(
                GrammarNode.Text(value.ToString()), value.IsInteger ? GrammarNode.Optional(GrammarNode.Sequence(GrammarNode.Text("."), zeros)) : zeros))])));
        }

        return numbers;
    }
}
