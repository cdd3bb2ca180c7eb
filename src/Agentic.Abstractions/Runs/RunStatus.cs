namespace Agentic;

/// <summary>How a run ended.</summary>
public enum RunStatus
{
    /// <summary>Only planned; no model call was made.</summary>
    Planned,

    /// <summary>An answer was found.</summary>
    Answered,

    /// <summary>The documents do not say.</summary>
    NotFound,

    /// <summary>An answer from part of the documents: some chunks failed (see the dead letters).</summary>
    Partial,

    /// <summary>A cap on calls or tokens was reached, or a stage does not fit the window.</summary>
    BudgetExceeded,

    /// <summary>The caller cancelled.</summary>
    Cancelled,

    /// <summary>An error ended the run; the message is never placed in the answer's text.</summary>
    Failed,
}
