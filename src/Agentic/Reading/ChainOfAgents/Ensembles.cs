using System.Globalization;
using Agentic.Agents;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>How several chains become one answer.</summary>
internal static class Ensembles
{
    /// <summary>Which of several last units is most reliable, by one more call.</summary>
    public static async Task<int> JudgeAsync(
        List<CommunicationUnit> ends, Agent judge, string? question, ReadingOptions options, AgentCaller caller, CancellationToken cancellationToken)
    {
        // Equal units need no judge; an empty one is never the best beside one that holds something.
        int[] places = [.. Enumerable.Range(0, ends.Count).Where(i => !ends[i].IsEmpty).DistinctBy(i => ends[i].Render())];
        if (places.Length < 2)
        {
            return places.Length == 0 ? 0 : places[0];
        }

        string units = string.Join("\n\n", places.Select((p, i) => $"Reader {Name(i)}:\n{ends[p].Render()}"));
        Choice choice = await caller.ChooseAsync(
            new ChooseRequest
            {
                Stage = Stages.Judge,
                Agent = judge,
                Variables = new Dictionary<string, object?>(ReadingTask.Variables(question, options)) { ["units"] = units },
                Candidates = [.. places.Select((_, i) => " " + Name(i))],
            },
            cancellationToken).ConfigureAwait(false);
        return places[choice.Index];
    }

    /// <summary>The answer most like the others by shared words; the first of equals. An empty answer wins only when most are empty.</summary>
    public static int Medoid(IReadOnlyList<string> answers)
    {
        double[] likeness = [.. answers.Select((a, i) => answers.Where((_, j) => j != i).Sum(b => TextOverlap.F1(a, b)))];
        return Array.IndexOf(likeness, likeness.Max());
    }

    private static string Name(int i) => (i + 1).ToString(CultureInfo.InvariantCulture);
}
