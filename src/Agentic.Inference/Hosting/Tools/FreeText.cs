using System.Collections.Concurrent;
using Agentic.Inference.Constraints;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>Texts that cannot be taken for something else.</summary>
internal static class FreeText
{
    private static readonly GrammarNode Blanks = GrammarNode.Repeat(GrammarNode.CodePoint(CodePointSet.Of((' ', ' '), ('\t', '\r'))), 0);

    private static readonly GrammarNode AnyText = GrammarNode.Repeat(GrammarNode.CodePoint(CodePointSet.All), 0);
    private static readonly ConcurrentDictionary<string, ByteAutomaton> Known = [];

    /// <summary>Any text that does not hold <paramref name="inside"/> (empty = may hold anything) and does not begin, after white space, with one of the others.</summary>
    public static GrammarNode Without(string inside, params IReadOnlyList<string> starts) =>
        GrammarNode.Automaton(Known.GetOrAdd(string.Join('\0', [inside, .. starts]), _ => Make(inside, starts)));

    private static ByteAutomaton Make(string inside, IReadOnlyList<string> starts)
    {
        var words = ByteAutomaton.Of(AnyText);
        if (inside.Length > 0)
        {
            words = words.Except(ByteAutomaton.Of(GrammarNode.Sequence(AnyText, GrammarNode.Text(inside), AnyText)));
        }

        return starts.Count == 0 ? words : words.Except(ByteAutomaton.Of(GrammarNode.Sequence(Blanks, GrammarNode.AnyOf([.. starts.Select(GrammarNode.Text)]), AnyText)));
    }
}
