using System.Text.Json;

namespace Agentic.Inference.ChatTemplates;

/// <summary>A call of a tool as a chat template sees it.</summary>
/// <param name="Id">The call's id.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">A JSON object, or its text as a JSON string where <see cref="ChatTemplate"/> wants it so.</param>
public sealed record TemplateToolCall(string Id, string Name, JsonElement Arguments);
