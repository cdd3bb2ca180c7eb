using System.Text;
using Agentic.Inference.ChatTemplates;
using Agentic.Inference.Hosting.Tools;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Chat;

/// <summary>Messages of the platform as messages of a chat template: texts, thoughts, calls of tools and their results.</summary>
/// <param name="syntax">How the model's calls are written.</param>
/// <param name="textArguments">The template wants arguments of calls as text.</param>
internal sealed class MessageMapper(ToolSyntax syntax, bool textArguments)
{
    private readonly Dictionary<string, string> _calls = [];
    private readonly List<TemplateMessage> _mapped = [];

    /// <exception cref="ConfigurationException">There is no message, or one holds what the model cannot read.</exception>
    public List<TemplateMessage> Map(IEnumerable<ChatMessage> messages, string? instructions)
    {
        if (!string.IsNullOrEmpty(instructions))
        {
            _mapped.Add(new TemplateMessage("system", instructions));
        }

        foreach (ChatMessage message in messages)
        {
            Add(message);
        }

        return _mapped.Count > 0 ? _mapped : throw new ConfigurationException("A call needs at least one message.");
    }

    private void Add(ChatMessage message)
    {
        var thoughts = new StringBuilder();
        var calls = new List<TemplateToolCall>();
        int results = 0;
        foreach (AIContent content in message.Contents)
        {
            switch (content)
            {
                case FunctionResultContent result:
                    Add(result);
                    results++;
                    break;
                case FunctionCallContent call:
                    calls.Add(Call(call));
                    break;
                case TextReasoningContent thought:
                    thoughts.Append(thought.Text);
                    break;
                case TextContent or UsageContent:
                    break;
                default:
                    throw new ConfigurationException($"This model reads text only; a message holds {content.GetType().Name}.");
            }
        }

        string role = message.Role.Value == "developer" ? "system" : message.Role.Value;
        if (role == "tool" ? results > 0 : results > 0 && message.Text.Length == 0 && calls.Count == 0)
        {
            return;
        }

        if (role is not ("system" or "user" or "assistant"))
        {
            throw new ConfigurationException(role == "tool" ? "A message of role 'tool' holds no result of a call." : $"Messages of role '{role}' are not supported.");
        }

        if (calls.Count > 0 && role != "assistant")
        {
            throw new ConfigurationException($"A message of role '{role}' holds a call of a tool: only an assistant's can.");
        }

        _mapped.Add(calls.Count > 0 && !syntax.InTemplate
            ? new TemplateMessage(role, GenericPrompt.Calls(message.Text, calls))
            : new TemplateMessage(role, message.Text) { ToolCalls = calls, Reasoning = thoughts.Length > 0 ? thoughts.ToString() : null });
    }

    private void Add(FunctionResultContent result)
    {
        string text = result.Result as string ?? (result.Result is null && result.Exception is not null ? "Error: the function failed." : JsonText.Of(JsonText.Element(result.Result)));
        if (syntax.InTemplate)
        {
            _mapped.Add(new TemplateMessage("tool", text) { ToolCallId = syntax.FitId(result.CallId), Name = _calls.GetValueOrDefault(result.CallId) });
            return;
        }

        // Results of calls made together are one turn.
        text = GenericPrompt.Result(text);
        if (_mapped is [.., { Role: "user" } last] && last.Content.EndsWith(GenericPrompt.ResultEnd, StringComparison.Ordinal))
        {
            _mapped[^1] = last with { Content = $"{last.Content}\n{text}" };
        }
        else
        {
            _mapped.Add(new TemplateMessage("user", text));
        }
    }

    private TemplateToolCall Call(FunctionCallContent call)
    {
        _calls[call.CallId] = call.Name;
        var arguments = JsonText.Element(call.Arguments ?? new Dictionary<string, object?>());
        return new TemplateToolCall(syntax.FitId(call.CallId), call.Name, textArguments ? JsonText.Element(JsonText.Of(arguments)) : arguments);
    }
}
