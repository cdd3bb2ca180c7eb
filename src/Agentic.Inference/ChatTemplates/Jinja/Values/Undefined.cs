namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>The value of a name or key that is not there: prints as nothing, is false, and fails with its reason where a value is needed.</summary>
internal sealed record Undefined(string Reason)
{
    public TemplateFault Fault() => new(Reason);
}
