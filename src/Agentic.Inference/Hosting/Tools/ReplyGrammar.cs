using Agentic.Inference.ChatTemplates;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.JsonSchema;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>A whole reply as one grammar: thoughts where the template knows them, then calls, or text or an answer in a given form.</summary>
internal static class ReplyGrammar
{
    /// <param name="tools">The tools; null = none.</param>
    /// <param name="syntax">How calls are written.</param>
    /// <param name="thoughts">Whether a reply may begin with thoughts, or does already.</param>
    /// <param name="answer">What an answer that is no call must be; null = any text.</param>
    /// <exception cref="ConfigurationException">A tool's schema is refused, or an answer could not be told from a call.</exception>
    public static Grammar Create(OfferedTools? tools, ToolSyntax syntax, Thoughts thoughts, Grammar? answer)
    {
        var join = new GrammarJoin();
        var options = new List<GrammarNode>();
        GrammarNode? calls = tools is { Callable.Count: > 0 } ? Calls(tools, syntax, join) : null;
        if (tools?.Required != true)
        {
            string[] thinking = thoughts == Thoughts.None ? [] : [ThoughtMarks.Start];
            if (answer is not null)
            {
                options.Add(syntax.AtStartOnly && calls is not null
                    ? throw new ConfigurationException("In the form in which this model calls tools, a call cannot be told from an answer in a given format.", "Require a call, or leave out either the tools or the response format.")
                    : join.Add(answer));
            }
            else if (syntax.AtStartOnly)
            {
                options.Add(FreeText.Without("", [syntax.Mark, .. thinking]));
            }
            else
            {
                GrammarNode text = FreeText.Without(syntax.Mark, thinking);
                options.Add(calls is null ? text : GrammarNode.Sequence(text, GrammarNode.Optional(calls)));
            }
        }

        if (calls is not null && (tools!.Required || answer is not null || syntax.AtStartOnly))
        {
            options.Add(calls);
        }

        join.Rules["reply"] = thoughts.Before(GrammarNode.AnyOf(options));
        return new Grammar("reply", join.Rules);
    }

    private static GrammarNode Calls(OfferedTools tools, ToolSyntax syntax, GrammarJoin join)
    {
        join.Rules["call"] = GrammarNode.AnyOf([.. tools.Callable.Select(tool => syntax.Call(tool.Name, join.Add(Arguments(tool))))]);
        return syntax.Calls(GrammarNode.Rule("call"), tools.Several && syntax.AllowsSeveral ? ToolSyntax.MostCalls : 1);
    }

    private static Grammar Arguments(TemplateTool tool)
    {
        try
        {
            return JsonSchemaGrammar.Create(tool.Parameters);
        }
        catch (Exception exception) when (exception is JsonSchemaException or GrammarException)
        {
            throw new ConfigurationException($"The tool '{tool.Name}' cannot be offered: {exception.Message}", (exception as AgenticException)?.Hint, exception);
        }
    }
}
