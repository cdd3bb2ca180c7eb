namespace Agentic.Inference.Hosting.Tools;

/// <summary>The form of Hermes for templates that know no tools; what they cannot write is put into texts (<see cref="GenericPrompt"/>).</summary>
internal sealed class GenericSyntax : HermesSyntax
{
    public override bool InTemplate => false;
}
