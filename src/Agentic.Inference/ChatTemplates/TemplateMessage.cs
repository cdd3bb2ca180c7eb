namespace Agentic.Inference.ChatTemplates;

/// <summary>A message as a chat template sees it.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Content">Its text.</param>
public sealed record TemplateMessage(string Role, string Content);
