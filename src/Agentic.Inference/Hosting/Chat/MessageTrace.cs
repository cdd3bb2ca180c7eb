using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Chat;

/// <summary>Messages as OpenTelemetry's conventions for generative AI write them into spans: an array of <c>{role, parts, finish_reason}</c>.</summary>
internal static class MessageTrace
{
    /// <summary>The messages of a prompt, or of a reply that ended for a reason.</summary>
    public static string Messages(IEnumerable<ChatMessage> messages, string? finishReason) => Write(json =>
    {
        foreach (ChatMessage message in messages)
        {
            json.WriteStartObject();
            json.WriteString("role", message.Role.Value);
            json.WriteStartArray("parts");
            foreach (AIContent content in message.Contents)
            {
                Part(json, content);
            }

            json.WriteEndArray();
            if (finishReason is not null)
            {
                json.WriteString("finish_reason", finishReason == ChatFinishReason.ToolCalls.Value ? "tool_call" : finishReason); // the convention's word
            }

            json.WriteEndObject();
        }
    });

    /// <summary>Instructions given apart from the messages.</summary>
    public static string Instructions(string text) => Write(json => Part(json, new TextContent(text)));

    private static string Write(Action<Utf8JsonWriter> items)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            items(json);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void Part(Utf8JsonWriter json, AIContent content)
    {
        switch (content)
        {
            case TextContent text:
                json.WriteStartObject();
                json.WriteString("type", "text");
                json.WriteString("content", text.Text);
                json.WriteEndObject();
                break;
            case TextReasoningContent thought:
                json.WriteStartObject();
                json.WriteString("type", "reasoning");
                json.WriteString("content", thought.Text);
                json.WriteEndObject();
                break;
            case FunctionCallContent call:
                json.WriteStartObject();
                json.WriteString("type", "tool_call");
                json.WriteString("id", call.CallId);
                json.WriteString("name", call.Name);
                json.WritePropertyName("arguments");
                JsonSerializer.Serialize(json, call.Arguments);
                json.WriteEndObject();
                break;
            case FunctionResultContent result:
                json.WriteStartObject();
                json.WriteString("type", "tool_call_response");
                json.WriteString("id", result.CallId);
                json.WritePropertyName("response");
                JsonSerializer.Serialize(json, result.Result);
                json.WriteEndObject();
                break;
        }
    }
}
