using System.Text.Json;
using Agentic.Inference.ChatTemplates;
using Agentic.Inference.ChatTemplates.Jinja;
using Agentic.Inference.ChatTemplates.Jinja.Values;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>Values as the JSON that chat templates write: on one line, a blank after colons and commas, nothing escaped that need not be.</summary>
internal static class JsonText
{
    /// <exception cref="ConfigurationException">The JSON is nested too deeply.</exception>
    public static string Of(JsonElement json)
    {
        try
        {
            return JsonPrinter.Print(TemplateVariables.Content(json), indent: null).Text;
        }
        catch (TemplateFault fault)
        {
            throw new ConfigurationException($"A JSON value cannot be told to the model: {fault.Message}.");
        }
    }

    /// <exception cref="ConfigurationException">The value has no JSON form.</exception>
    public static JsonElement Element(object? value)
    {
        try
        {
            return value is JsonElement json ? json : JsonSerializer.SerializeToElement(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(value?.GetType() ?? typeof(object)));
        }
        catch (Exception exception) when (exception is NotSupportedException or JsonException or ArgumentException)
        {
            throw new ConfigurationException($"A value of type {value!.GetType().Name} in a tool call or result cannot be written as JSON.", "Pass texts, numbers, or JSON elements.", exception);
        }
    }
}
