namespace Agentic.Inference.ChatTemplates.Jinja;

/// <summary>Something went wrong while rendering; the line is added where it is known.</summary>
internal sealed class TemplateFault(string reason, int? line = null, bool raised = false) : Exception(reason)
{
    public int? Line { get; } = line;

    public bool Raised { get; } = raised;
}
