namespace Agentic.Inference.Hosting;

/// <summary>How a model writes calls of tools.</summary>
public enum ToolFormat
{
    /// <summary>
    /// By the text of the chat template: <see cref="MistralNamed"/> where it has <c>[TOOL_CALLS]</c> and <c>[ARGS]</c>, <see cref="Mistral"/> where it
    /// has <c>[TOOL_CALLS]</c> alone, <see cref="Hermes"/> where it has <c>&lt;tool_call&gt;</c> and <c>"arguments"</c> but no other form within the
    /// tags, <see cref="Llama3"/> where it asks for <c>{"name": function name, "parameters": …}</c>; otherwise <see cref="Generic"/>.
    /// </summary>
    Template,

    /// <summary>Hermes, Qwen 2.5 and 3, Granite 4 and more: <c>&lt;tool_call&gt;{"name": …, "arguments": {…}}&lt;/tool_call&gt;</c>.</summary>
    Hermes,

    /// <summary>Llama 3.1 to 3.3: the reply is <c>{"name": …, "parameters": {…}}</c>, one call. A reply that begins with a brace is a call.</summary>
    Llama3,

    /// <summary>Mistral up to Nemo: <c>[TOOL_CALLS][{"name": …, "arguments": {…}, "id": …}]</c>.</summary>
    Mistral,

    /// <summary>Mistral Small 3.2, Devstral, Ministral: <c>[TOOL_CALLS]name[ARGS]{…}</c>, in some with <c>[CALL_ID]</c> between.</summary>
    MistralNamed,

    /// <summary>For templates that know no tools, or write calls in a form that is not known here: tools are listed in the system text, calls are written as Hermes does, results come as a user's text.</summary>
    Generic,
}
