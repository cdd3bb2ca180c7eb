using Agentic.Agents;

namespace Agentic.Reading;

/// <summary>Makes plans of stages.</summary>
internal static class Plans
{
    /// <summary>A reply is rarely as long as it may be; what share of the limit the estimate of time assumes.</summary>
    private const double UsualReply = 0.5;

    public static RunPlan Of(string strategy, int chunks, IReadOnlyList<PlanStage> stages, ModelAccess model)
    {
        long prompts = stages.Sum(s => s.PromptTokens);
        long replies = stages.Sum(s => s.MaxOutputTokens);
        double? seconds = model.Profile is { PrefillTokensPerSecond: > 0 and { } prefill, DecodeTokensPerSecond: > 0 and { } decode }
            ? (prompts / prefill) + (replies * UsualReply / decode)
            : null;
        List<string> notes = [];
        if (!model.Counter.IsExact)
        {
            notes.Add($"Token counts are estimates ({model.Counter.Method}).");
        }

        return new RunPlan
        {
            Strategy = strategy,
            Chunks = chunks,
            Calls = stages.Sum(s => s.Calls),
            PromptTokens = prompts,
            Seconds = seconds,
            Stages = stages,
            Notes = notes,
        };
    }
}
