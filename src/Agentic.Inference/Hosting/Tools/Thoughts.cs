using Agentic.Inference.Constraints;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>Whether a reply holds thoughts before what it says.</summary>
internal enum Thoughts
{
    /// <summary>The template knows none.</summary>
    None,

    /// <summary>The reply may begin with them.</summary>
    Possible,

    /// <summary>The prompt ends with their beginning.</summary>
    Begun,
}

/// <summary>The marks around thoughts.</summary>
internal static class ThoughtMarks
{
    public const string Start = "<think>", End = "</think>";

    /// <summary>What a reply begins with before it goes on.</summary>
    public static GrammarNode Before(this Thoughts thoughts, GrammarNode rest)
    {
        GrammarNode thinking = GrammarNode.Sequence(FreeText.Without(End), GrammarNode.Text(End), AnyJson.Space);
        return thoughts switch
        {
            Thoughts.Possible => GrammarNode.Sequence(GrammarNode.Optional(GrammarNode.Sequence(AnyJson.Space, GrammarNode.Text(Start), thinking)), rest),
            Thoughts.Begun => GrammarNode.Sequence(thinking, rest),
            _ => rest,
        };
    }
}
