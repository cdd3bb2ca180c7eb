using Agentic.Inference.Constraints;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>A reply that is <c>{"name": …, "parameters": {…}}</c>: one call, with no mark but its brace.</summary>
internal sealed class Llama3Syntax : ToolSyntax
{
    public override string Mark => "{";

    public override IReadOnlyList<string> Marks => [];

    public override bool AtStartOnly => true;

    public override bool AllowsSeveral => false;

    public override GrammarNode Call(string name, GrammarNode arguments) => Object(("name", String(name)), ("parameters", arguments));

    public override GrammarNode Calls(GrammarNode call, int most) => call;

    public override FunctionCallContent? Parse(string before, string json) => ParseObject(json, "parameters");
}
