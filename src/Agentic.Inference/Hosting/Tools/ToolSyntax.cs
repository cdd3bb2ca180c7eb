using System.Text.Json;
using Agentic.Inference.Constraints;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>The form in which a family of models writes calls. Immutable.</summary>
internal abstract class ToolSyntax
{
    /// <summary>Most calls of one reply: a model that cannot stop is stopped.</summary>
    public const int MostCalls = 16;

    /// <summary>The text with which calls begin.</summary>
    public abstract string Mark { get; }

    /// <summary>Texts of the form that may be control tokens.</summary>
    public virtual IReadOnlyList<string> Marks => [Mark];

    /// <summary>Calls begin where the reply begins or not at all; elsewhere <see cref="Mark"/> is text.</summary>
    public virtual bool AtStartOnly => false;

    /// <summary>The template lists the tools and writes calls and results.</summary>
    public virtual bool InTemplate => true;

    /// <summary>A reply may hold more than one call.</summary>
    public virtual bool AllowsSeveral => true;

    /// <summary>One call.</summary>
    /// <param name="name">The tool.</param>
    /// <param name="arguments">Its arguments: a JSON object.</param>
    public abstract GrammarNode Call(string name, GrammarNode arguments);

    /// <summary>All calls of a reply, from <see cref="Mark"/> on.</summary>
    public abstract GrammarNode Calls(GrammarNode call, int most);

    /// <summary>Reads a call.</summary>
    /// <param name="before">What stands between the call before and this one's object.</param>
    /// <param name="json">A text in balanced braces.</param>
    /// <returns>The call; null when the text is none.</returns>
    public abstract FunctionCallContent? Parse(string before, string json);

    /// <summary>The id of a call as the template takes it.</summary>
    public virtual string FitId(string id) => id;

    /// <param name="format">What was asked for.</param>
    /// <param name="template">The text of the chat template.</param>
    public static ToolSyntax Of(ToolFormat format, string template) => format switch
    {
        ToolFormat.Hermes => new HermesSyntax(),
        ToolFormat.Llama3 => new Llama3Syntax(),
        ToolFormat.Mistral => new MistralSyntax(),
        ToolFormat.MistralNamed => new MistralNamedSyntax(),
        ToolFormat.Generic => new GenericSyntax(),
        _ => Of(Detect(template), template),
    };

    public static ToolFormat Detect(string template)
    {
        bool Has(string text) => template.Contains(text, StringComparison.Ordinal);
        return Has("[TOOL_CALLS]") ? Has("[ARGS]") ? ToolFormat.MistralNamed : ToolFormat.Mistral
            : Has("<tool_call>") && Has("\"arguments\"") && !Has("<function=") && !Has("<arg_key>") && !Has("<tool_calls>") && !Has("<parameter") ? ToolFormat.Hermes
            : Has("{\"name\": function name, \"parameters\":") ? ToolFormat.Llama3
            : ToolFormat.Generic;
    }

    /// <summary>An object of members in order.</summary>
    protected static GrammarNode Object(params IReadOnlyList<(string Name, GrammarNode Value)> members)
    {
        var parts = new List<GrammarNode>();
        foreach ((string name, GrammarNode value) in members)
        {
            parts.AddRange([GrammarNode.Text(parts.Count == 0 ? "{" : ","), AnyJson.Space, GrammarNode.Text($"\"{name}\":"), AnyJson.Space, value, AnyJson.Space]);
        }

        return GrammarNode.Sequence([.. parts, GrammarNode.Text("}")]);
    }

    /// <summary>A JSON string that is always this text, in which nothing needs an escape.</summary>
    protected static GrammarNode String(string text) => GrammarNode.Text($"\"{text}\"");

    /// <summary>A body up to so many times, with a separator.</summary>
    protected static GrammarNode List(GrammarNode body, GrammarNode separator, int most) =>
        GrammarNode.Sequence(body, GrammarNode.Repeat(GrammarNode.Sequence(separator, body), 0, most - 1));

    /// <summary>Reads an object with a name and arguments.</summary>
    protected static FunctionCallContent? ParseObject(string json, string arguments)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            return root.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String && root.TryGetProperty(arguments, out JsonElement values)
                ? Create(root.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null, name.GetString()!, values)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    protected static FunctionCallContent? Create(string? id, string name, JsonElement arguments) => arguments.ValueKind == JsonValueKind.Object
        ? new FunctionCallContent(id ?? MistralIds.New(), name, arguments.EnumerateObject().GroupBy(member => member.Name).ToDictionary(group => group.Key, group => (object?)group.Last().Value.Clone()))
        : null;
}
