namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>An object of the engine that can also be called.</summary>
internal interface ICallable
{
    object? Invoke(RenderState state, CallArguments arguments);
}
