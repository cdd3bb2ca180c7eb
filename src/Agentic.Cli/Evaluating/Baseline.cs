namespace Agentic.Cli.Evaluating;

/// <summary>What a reader is compared with.</summary>
internal enum Baseline
{
    /// <summary>Nothing: the reader itself is measured.</summary>
    None,

    /// <summary>One call with as much of the documents' beginning as fits.</summary>
    Truncated,

    /// <summary>One call without any document: what the answering agent knows by itself.</summary>
    Manager,
}
