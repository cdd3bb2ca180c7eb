namespace Agentic.Inference.Constraints;

/// <summary>Replies that are one of some texts.</summary>
public static class Choice
{
    /// <summary>The grammar of exactly these texts.</summary>
    /// <param name="options">At least one; none empty.</param>
    /// <exception cref="GrammarException">There is no option, or an empty one.</exception>
    public static Grammar Of(IReadOnlyCollection<string> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Count == 0 || options.Any(string.IsNullOrEmpty))
        {
            throw new GrammarException("A choice needs at least one option, and none may be empty.", "Leave out empty options.");
        }

        return new Grammar(GrammarNode.AnyOf([.. options.Select(GrammarNode.Text)]));
    }
}
