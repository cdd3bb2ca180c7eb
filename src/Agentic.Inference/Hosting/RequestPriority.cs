namespace Agentic.Inference.Hosting;

/// <summary>Who waits for a request. Decides the order of admission, of reading prompts, and of giving up pages when they run short.</summary>
public enum RequestPriority
{
    /// <summary>Somebody waits for the answer. The default of every call, also of scoring: a decision is usually on the way to an answer.</summary>
    Interactive,

    /// <summary>
    /// Work in the background, such as the many calls of a map stage. It ranks behind interactive requests that arrive up to
    /// <see cref="HostOptions.BatchDelay"/> later, and before all that come after that: it cannot starve.
    /// </summary>
    Batch,
}
