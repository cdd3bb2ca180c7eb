using Agentic.Inference.Constraints;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Tools;

/// <summary><c>[TOOL_CALLS][{"name": …, "arguments": {…}, "id": …}, …]</c>; the id is the model's to give or leave out.</summary>
internal sealed class MistralSyntax : ToolSyntax
{
    public override string Mark => "[TOOL_CALLS]";

    public override GrammarNode Call(string name, GrammarNode arguments)
    {
        GrammarNode quote = GrammarNode.Text("\""), id = GrammarNode.Sequence(quote, MistralIds.Grammar, quote);
        (string, GrammarNode)[] members = [("name", String(name)), ("arguments", arguments)];
        return GrammarNode.AnyOf(Object(members), Object([.. members, ("id", id)]));
    }

    public override GrammarNode Calls(GrammarNode call, int most) => GrammarNode.Sequence(
        GrammarNode.Text(Mark), AnyJson.Space, GrammarNode.Text("["), AnyJson.Space,
        List(call, GrammarNode.Sequence(AnyJson.Space, GrammarNode.Text(","), AnyJson.Space), most), AnyJson.Space, GrammarNode.Text("]"));

    public override FunctionCallContent? Parse(string before, string json) => ParseObject(json, "arguments");

    public override string FitId(string id) => MistralIds.Fit(id);
}
