using Agentic.Inference.Constraints;

namespace Agentic.Inference.Tests.Constraints.Oracle;

/// <summary>Random grammars whose rules refer to each other in any way: left and right recursion, empty words, ambiguity, counts, free text.</summary>
internal static class RandomGrammar
{
    private static readonly GrammarNode Character = GrammarNode.CodePoint(CodePointSet.All.Except(CodePointSet.Of((0, 0x1F), ('"', '"'), ('\\', '\\'))));

    public static Grammar Make(Random random)
    {
        int count = random.Next(1, 5);
        return new Grammar("r0", Enumerable.Range(0, count).ToDictionary(i => $"r{i}", _ => Expression(random, count, 3)));
    }

    private static GrammarNode Expression(Random random, int rules, int depth)
    {
        switch (random.Next(depth == 0 ? 6 : 13))
        {
            case 0:
            case 1:
                return GrammarNode.Text(string.Concat(Enumerable.Range(0, random.Next(0, 4)).Select(_ => "abc \"é"[random.Next(6)])));
            case 2:
                return GrammarNode.CodePoint(random.Next(3) switch
                {
                    0 => CodePointSet.Of(('a', 'l')),
                    1 => CodePointSet.Of(('a', 'l'), (' ', ' '), ('é', 'é')),
                    _ => CodePointSet.Of("ab\""),
                });
            case 3:
                return random.Next(2) == 0 ? Character : GrammarNode.Repeat(Character, random.Next(0, 3), random.Next(2) == 0 ? null : random.Next(3, 40));
            case 4:
            case 5:
                return GrammarNode.Rule($"r{random.Next(rules)}");
            case 6:
            case 7:
                return GrammarNode.AnyOf(Expression(random, rules, depth - 1), Expression(random, rules, depth - 1));
            case 8:
                int min = random.Next(0, 4);
                return GrammarNode.Repeat(Expression(random, rules, depth - 1), min, random.Next(3) switch { 0 => null, 1 => min + random.Next(1, 4), _ => min + random.Next(20, 90) });
            case 9:
                return GrammarNode.Optional(Expression(random, rules, depth - 1));
            default:
                return GrammarNode.Sequence([.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => Expression(random, rules, depth - 1))]);
        }
    }
}
