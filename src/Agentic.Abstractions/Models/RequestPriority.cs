namespace Agentic;

/// <summary>Who waits for a request. Where a model serves many at once, it decides the order of admission, of reading prompts, and of giving up memory when that runs short; never the result.</summary>
public enum RequestPriority
{
    /// <summary>Somebody waits for the answer. The default of every call, also of scoring: a decision is usually on the way to an answer.</summary>
    Interactive,

    /// <summary>
    /// Work in the background, such as the many calls of a map stage. It ranks behind interactive requests that arrive up to a stated time
    /// later (30 s, unless the host was told otherwise), and before all that come after that: it cannot starve.
    /// </summary>
    Batch,
}
