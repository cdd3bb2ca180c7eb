using System.Globalization;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <content>Parts in a fixed order with commas between.</content>
internal sealed partial class SchemaCompiler
{
    private const int MaxExtras = 100_000;
    private static readonly GrammarNode Comma = GrammarNode.Sequence(GrammarNode.Text(","), GrammarNode.Rule("space"));
    private int _chains;

    /// <summary>
    /// Members in their order, optional ones or not, then any number of extras; at least and at most so many together. One rule for each member and
    /// each number of parts before it that makes a difference: without limits that is none or some. Extras count as one towards the least.
    /// </summary>
    /// <returns>Null when there is no way.</returns>
    private GrammarNode? Chain(List<(GrammarNode Node, bool Required)> members, GrammarNode? extra, long least, long most)
    {
        string prefix = "o" + (_chains++).ToString(CultureInfo.InvariantCulture);
        least = least <= members.Count(member => member.Required) ? 0 : least;
        most = extra is null && most >= members.Count ? long.MaxValue : most;
        int counted = (int)Math.Min(members.Count, Math.Max(1, Math.Max(least, most == long.MaxValue ? 0 : most)));
        GrammarNode?[] next = [.. Enumerable.Range(0, counted + 1).Select(before => Extras(extra, before, least, most))];
        for (int i = members.Count - 1; i >= 0; i--)
        {
            (GrammarNode member, bool required) = members[i];
            var here = new GrammarNode?[counted + 1];
            for (int before = 0; before <= Math.Min(i, counted); before++)
            {
                GrammarNode? with = before < most && next[Math.Min(before + 1, counted)] is { } rest
                    ? before == 0 ? GrammarNode.Sequence(member, Space, rest) : GrammarNode.Sequence(Comma, member, Space, rest)
                    : null;
                GrammarNode? without = required ? null : next[before];
                here[before] = with is null ? without : Rule(i, before, without is null ? with : GrammarNode.AnyOf(with, without));
            }

            next = here;
        }

        return next[0];

        GrammarNode Rule(int member, int before, GrammarNode words)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{prefix}.{member}.{before}");
            Add(name, words);
            return GrammarNode.Rule(name);
        }
    }

    private static GrammarNode? Extras(GrammarNode? extra, int before, long least, long most)
    {
        long missing = Math.Max(0, least - before), room = most == long.MaxValue ? long.MaxValue : most - before;
        if (missing > (extra is null ? 0 : 1) || missing > room)
        {
            return null;
        }

        int? end = room == long.MaxValue ? null : (int)Math.Min(room, MaxExtras);
        return extra is null || room == 0 ? GrammarNode.Empty
            : before == 0 ? Items([], extra, (int)missing, end)
            : GrammarNode.Repeat(GrammarNode.Sequence(Comma, extra, Space), (int)missing, end);
    }
}
