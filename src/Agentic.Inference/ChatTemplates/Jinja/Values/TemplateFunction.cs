namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>Something a template can call: a macro, a method, a global function.</summary>
internal delegate object? TemplateFunction(RenderState state, CallArguments arguments);
