using System.Globalization;
using Agentic.Agents;

namespace Agentic.Runs;

/// <summary>Collects what a run is about.</summary>
internal static class FactsOf
{
    /// <summary>Facts of a run over documents.</summary>
    /// <param name="plan">Its plan: another number of chunks or calls is another run.</param>
    /// <param name="documents">What is read.</param>
    /// <param name="subject">Question or instruction; null for a summary.</param>
    /// <param name="agents">Cards and prompts that it may use.</param>
    /// <param name="model">The model.</param>
    /// <param name="more">What else makes it another run.</param>
    public static RunFacts Run(RunPlan plan, IReadOnlyList<Document> documents, string? subject, IEnumerable<Agent> agents, ModelAccess model, params IEnumerable<(string Name, string Value)> more)
    {
        var facts = new List<RunFact>
        {
            new("the model", CallHash.OfText($"{model.Profile?.Name}\n{model.Profile?.WeightsId}\n{model.Profile?.Setup}")),
            new(subject is null ? "the task" : "the question", CallHash.OfText(subject ?? "summarise")),
            new("the plan", CallHash.OfText(string.Create(CultureInfo.InvariantCulture, $"{plan.Strategy} {plan.Chunks} {model.Window} {string.Join(',', plan.Stages)}"))),
        };
        for (int i = 0; i < documents.Count; i++)
        {
            string again = documents.Take(i).Any(d => d.Name == documents[i].Name) ? $" ({i + 1})" : "";
            facts.Add(new RunFact($"document {documents[i].Name}{again}", CallHash.OfText(documents[i].Text)));
        }

        foreach (Agent agent in agents.DistinctBy(a => a.Card.Name))
        {
            facts.Add(new RunFact($"card {agent.Card.Name}", CallHash.OfText(Card(agent.Card))));
            facts.Add(new RunFact($"prompt of {agent.Card.Name}", CallHash.OfText(agent.Prompt.Source)));
        }

        facts.AddRange(more.Select(m => new RunFact(m.Name, CallHash.OfText(m.Value))));
        return new RunFacts(plan.Strategy, Short(subject ?? string.Join(", ", documents.Select(d => d.Name))), facts);
    }

    // Lists print by their type only.
    private static string Card(AgentCard card) => $"{card with { Stop = [], File = "" }} {string.Join('\0', card.Stop)}";

    private static string Short(string text) => text.Length <= 200 ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[198]) ? 198 : 199)}…";
}
