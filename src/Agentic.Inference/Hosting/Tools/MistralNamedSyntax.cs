using System.Text.Json;
using Agentic.Inference.Constraints;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Tools;

/// <summary><c>[TOOL_CALLS]name[ARGS]{…}</c> or <c>[TOOL_CALLS]name[CALL_ID]id[ARGS]{…}</c>, as often as there are calls.</summary>
internal sealed class MistralNamedSyntax : ToolSyntax
{
    private const string CallId = "[CALL_ID]", Arguments = "[ARGS]";

    public override string Mark => "[TOOL_CALLS]";

    public override IReadOnlyList<string> Marks => [Mark, CallId, Arguments];

    public override GrammarNode Call(string name, GrammarNode arguments) => GrammarNode.Sequence(
        GrammarNode.Text(Mark + name), GrammarNode.Optional(GrammarNode.Sequence(GrammarNode.Text(CallId), MistralIds.Grammar)),
        GrammarNode.Text(Arguments), AnyJson.Space, arguments);

    public override GrammarNode Calls(GrammarNode call, int most) => List(call, GrammarNode.Empty, most);

    public override FunctionCallContent? Parse(string before, string json)
    {
        int start = before.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length, end = before.LastIndexOf(Arguments, StringComparison.Ordinal);
        if (start < Mark.Length || end < start)
        {
            return null;
        }

        string[] head = before[start..end].Split(CallId);
        try
        {
            using var document = JsonDocument.Parse(json);
            return Create(head.Length > 1 ? head[1] : null, head[0], document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public override string FitId(string id) => MistralIds.Fit(id);
}
