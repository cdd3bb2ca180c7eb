using System.Text.Json;

namespace Agentic.Inference.ChatTemplates;

/// <summary>A tool that a chat template may list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does; may be empty.</param>
/// <param name="Parameters">The JSON Schema of its arguments.</param>
public sealed record TemplateTool(string Name, string Description, JsonElement Parameters);
