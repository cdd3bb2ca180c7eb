namespace Agentic.Inference.ChatTemplates;

/// <summary>A message as a chat template sees it.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Content">Its text.</param>
public sealed record TemplateMessage(string Role, string Content)
{
    /// <summary>What the assistant thought before it said <see cref="Content"/> (<c>reasoning_content</c>); null = not given.</summary>
    public string? Reasoning { get; init; }

    /// <summary>Tools that the assistant called (<c>tool_calls</c>).</summary>
    public IReadOnlyList<TemplateToolCall> ToolCalls { get; init; } = [];

    /// <summary>The call that a message of role <c>tool</c> answers (<c>tool_call_id</c>).</summary>
    public string? ToolCallId { get; init; }

    /// <summary>The tool that a message of role <c>tool</c> comes from (<c>name</c>).</summary>
    public string? Name { get; init; }
}
