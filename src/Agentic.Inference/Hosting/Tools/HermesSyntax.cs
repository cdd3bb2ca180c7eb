using Agentic.Inference.Constraints;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Tools;

/// <summary><c>&lt;tool_call&gt;{"name": …, "arguments": {…}}&lt;/tool_call&gt;</c>, as often as there are calls.</summary>
internal class HermesSyntax : ToolSyntax
{
    private const string End = "</tool_call>";

    public override string Mark => "<tool_call>";

    public override IReadOnlyList<string> Marks => [Mark, End];

    public override GrammarNode Call(string name, GrammarNode arguments) => Object(("name", String(name)), ("arguments", arguments));

    public override GrammarNode Calls(GrammarNode call, int most) =>
        List(GrammarNode.Sequence(GrammarNode.Text(Mark), AnyJson.Space, call, AnyJson.Space, GrammarNode.Text(End)), AnyJson.Space, most);

    public override FunctionCallContent? Parse(string before, string json) => ParseObject(json, "arguments");
}
