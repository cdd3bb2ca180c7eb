using Agentic.Inference.Constraints;
using Agentic.Inference.Hosting.Chat;
using Agentic.Inference.Tokenization;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>How a reply is held to its form and taken apart.</summary>
/// <param name="Constraint">What it must be; null = what the options say without tools.</param>
/// <param name="Shown">Marks of the format that must come out as text.</param>
/// <param name="Reader">Takes it apart; null = it is text.</param>
internal sealed record ReplyPlan(TokenConstraint? Constraint, IReadOnlySet<int> Shown, ReplyReader? Reader)
{
    /// <exception cref="ConfigurationException">A tool cannot be offered, or options exclude each other.</exception>
    public static ReplyPlan Create(ChatOptions? options, LocalTokenCounter counter, IReadOnlyList<int> prompt)
    {
        Thoughts thoughts = !counter.KnowsThoughts ? Thoughts.None : EndsInThoughts(counter.Tokenizer, prompt) ? Thoughts.Begun : Thoughts.Possible;
        var tools = OfferedTools.Read(options);
        if (tools is null && thoughts == Thoughts.None)
        {
            return new ReplyPlan(null, new HashSet<int>(), null);
        }

        ToolSyntax syntax = counter.Syntax;
        bool calls = tools is { Callable.Count: > 0 };
        var form = ReplyForm.Of(options);
        if (tools is null && form is not null && thoughts == Thoughts.Possible)
        {
            // An answer in a given form is given at once, unless the template has the model think first.
            return new ReplyPlan(null, new HashSet<int>(), null);
        }

        string[] marks = [.. calls ? syntax.Marks : [], .. thoughts == Thoughts.None ? Array.Empty<string>() : [ThoughtMarks.Start, ThoughtMarks.End]];
        HashSet<int> shown = [.. Special(counter.Tokenizer, marks)];
        TokenConstraint? constraint = tools is null && form is null ? null : Compile(tools, syntax, thoughts, form, options!, counter.Tokenizer, shown);
        return new ReplyPlan(constraint, shown, new ReplyReader(calls ? syntax : null, thoughts, syntax.AtStartOnly || form is not null));
    }

    private static TokenConstraint Compile(OfferedTools? tools, ToolSyntax syntax, Thoughts thoughts, ReplyForm? form, ChatOptions options, Tokenizer tokenizer, HashSet<int> shown)
    {
        if (options.AdditionalProperties?.ContainsKey(SamplingKeys.ReplyStart) == true)
        {
            throw new ConfigurationException($"A reply with tools or in a given form cannot go on from a given start: leave out {SamplingKeys.ReplyStart}.");
        }

        string key = string.Join('\n', [
            "tools", syntax.GetType().Name, $"{thoughts} {tools?.Required} {tools?.Several} {form?.Key.Length}", form?.Key ?? "",
            ..tools?.Callable.SelectMany(tool => new[] { tool.Name, tool.Parameters.GetRawText() }) ?? []]);
        return ConstraintCache.Get(tokenizer, key, () => TokenConstraint.Compile(ReplyGrammar.Create(tools, syntax, thoughts, form?.Grammar()), tokenizer, shown));
    }

    /// <summary>The control tokens among some texts.</summary>
    private static IEnumerable<int> Special(Tokenizer tokenizer, IEnumerable<string> texts) =>
        texts.Select(text => tokenizer.Encode(text, parseSpecial: true)).Where(ids => ids.Length == 1 && tokenizer.IsSpecial(ids[0]) && !tokenizer.EndTokens.Contains(ids[0])).Select(ids => ids[0]);

    /// <summary>The template has opened the model's thoughts.</summary>
    private static bool EndsInThoughts(Tokenizer tokenizer, IReadOnlyList<int> prompt) =>
        tokenizer.Decode([.. prompt.Skip(Math.Max(0, prompt.Count - ThoughtMarks.Start.Length - 4))]).TrimEnd().EndsWith(ThoughtMarks.Start, StringComparison.Ordinal);
}
