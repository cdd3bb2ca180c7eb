namespace Agentic.Reading.ChainOfAgents;

/// <summary>CU: what a worker hands to the next, and the last one to the manager. Immutable.</summary>
internal abstract record CommunicationUnit
{
    /// <summary>Whether nothing was found so far.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>The unit as a prompt shows it.</summary>
    public abstract string Render();
}

/// <summary>The paper's unit: a running summary in prose.</summary>
internal sealed record ProseUnit(string Text) : CommunicationUnit
{
    public static ProseUnit Empty { get; } = new("");

    public override bool IsEmpty => Text.Length == 0;

    public override string Render() => Text;
}
