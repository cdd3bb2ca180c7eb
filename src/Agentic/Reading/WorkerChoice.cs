using Agentic.Agents;
using Agentic.Reading.ChainOfAgents;

namespace Agentic.Reading;

/// <summary>Whether workers read by scoring.</summary>
internal static class WorkerChoice
{
    /// <exception cref="ConfigurationException">They should, and the model's client cannot score.</exception>
    public static bool Scores(WorkerKind kind, long smallModelParameters, ModelAccess model) => kind switch
    {
        WorkerKind.Scoring => model.CanScore ? true : throw new ConfigurationException("The worker should read by scoring, and this model's client cannot score continuations.", "Leave the kind of worker to be chosen."),
        WorkerKind.Extracting => false,
        _ => model.CanScore && model.Profile?.Parameters < smallModelParameters,
    };
}
