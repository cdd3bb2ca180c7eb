using System.Buffers;
using System.Text.Json;
using Agentic.Inference.ChatTemplates;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>The tools of a call and which of them the reply may, or must, call.</summary>
internal sealed class OfferedTools
{
    private const int LongestName = 128;
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    private OfferedTools(IReadOnlyList<TemplateTool> all, ChatToolMode mode, bool several)
    {
        All = all;
        Callable = mode is NoneChatToolMode ? []
            : mode is RequiredChatToolMode { RequiredFunctionName: { } name } ? [All.FirstOrDefault(tool => tool.Name == name) ?? throw new ConfigurationException($"The tool '{name}', which the reply must call, is not among the tools.")]
            : All;
        Required = mode is RequiredChatToolMode;
        Several = several;
    }

    /// <summary>What the model is told of, in order.</summary>
    public IReadOnlyList<TemplateTool> All { get; }

    /// <summary>What the reply may call.</summary>
    public IReadOnlyList<TemplateTool> Callable { get; }

    /// <summary>The reply must be a call.</summary>
    public bool Required { get; }

    /// <summary>The reply may hold several calls.</summary>
    public bool Several { get; }

    /// <summary>The tools of a call; null when there are none.</summary>
    /// <exception cref="ConfigurationException">A tool cannot be offered, or one is required that is not there.</exception>
    public static OfferedTools? Read(ChatOptions? options)
    {
        if (options?.Tools is not { Count: > 0 } tools)
        {
            return options?.ToolMode is RequiredChatToolMode ? throw new ConfigurationException("The reply must call a tool, but no tools are given.") : null;
        }

        List<TemplateTool> all = [.. tools.Select(Read)];
        string? twice = all.GroupBy(tool => tool.Name).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? new OfferedTools(all, options.ToolMode ?? ChatToolMode.Auto, options.AllowMultipleToolCalls ?? true)
            : throw new ConfigurationException($"Two tools have the name '{twice}'.");
    }

    private static TemplateTool Read(AITool tool)
    {
        if (tool is not AIFunctionDeclaration function)
        {
            throw new ConfigurationException($"A tool of type {tool?.GetType().Name ?? "null"} cannot be offered: this model calls functions only.");
        }

        if (function.Name is not { Length: > 0 and <= LongestName } || function.Name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw new ConfigurationException($"A tool's name must have 1 to {LongestName} ASCII letters, digits, '_', '-' or '.'; one has not.", "Rename it.");
        }

        return new TemplateTool(function.Name, function.Description ?? "", Parameters(function));
    }

    /// <summary>The schema of arguments, which are always an object.</summary>
    private static JsonElement Parameters(AIFunctionDeclaration function)
    {
        JsonElement schema = function.JsonSchema;
        if (schema.ValueKind is JsonValueKind.Undefined or JsonValueKind.True)
        {
            return JsonSerializer.SerializeToElement(new { type = "object" });
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw new ConfigurationException($"The schema of the tool '{function.Name}' must be a JSON object.");
        }

        if (!schema.TryGetProperty("type", out JsonElement type))
        {
            var members = new Dictionary<string, JsonElement> { ["type"] = JsonSerializer.SerializeToElement("object") };
            foreach (JsonProperty member in schema.EnumerateObject())
            {
                members[member.Name] = member.Value;
            }

            return JsonSerializer.SerializeToElement(members);
        }

        return type.ValueKind == JsonValueKind.String && type.ValueEquals("object") ? schema
            : throw new ConfigurationException($"The arguments of the tool '{function.Name}' must be an object: its schema has another type.");
    }
}
