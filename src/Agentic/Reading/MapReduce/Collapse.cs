using Agentic.Agents;
using Agentic.Agents.Records;
using Agentic.Runs;

namespace Agentic.Reading.MapReduce;

/// <summary>
/// Collapses records until they fit the reduce prompt. Ends always: every round must save a tenth of the tokens and there are at most log₂(n) + 2 rounds;
/// then the least sure records are left out.
/// </summary>
/// <param name="caller">The door.</param>
/// <param name="family">Prompts.</param>
/// <param name="task">Variables of the question.</param>
/// <param name="options">Options.</param>
internal sealed class Collapse(AgentCaller caller, TaskFamilies family, IReadOnlyDictionary<string, object?> task, MapReduceOptions options)
{
    public const string Stage = "collapse";
    private const double LeastSaving = 0.1;

    /// <summary>Tokens that records may take in the reduce prompt.</summary>
    public int ReduceBudget { get; } = Room(caller, family.Reduce, task, options.AnswerTokens ?? family.Reduce.Card.MaxOutput);

    /// <summary>Tokens that records may take in a collapse prompt.</summary>
    public int GroupBudget { get; } = Room(caller, family.Collapse, Variables(caller, family, task, ""), family.Collapse.Card.MaxOutput);

    public async Task<(List<ChunkRecord> Records, BudgetException? Exceeded)> RunAsync(List<ChunkRecord> records, CancellationToken cancellationToken)
    {
        int rounds = (int)Math.Ceiling(Math.Log2(Math.Max(2, records.Count))) + 2;
        for (int round = 0; Tokens(records) is int before && before > ReduceBudget; round++)
        {
            List<List<ChunkRecord>> groups = Groups([.. records.Select(Shrunk)]);
            if (round == rounds || groups.Count == records.Count)
            {
                return (Surest(records), null);
            }

            caller.Session.Emit(new StageStartedEvent(Stage, groups.Count(g => g.Count > 1)));
            MapResult<ChunkRecord> collapsed = await StageMap.RunAsync(
                caller, Stage, groups, (door, group, _, token) => OneAsync(door, group, token), options.Map, cancellationToken).ConfigureAwait(false);

            // A group that could not be collapsed stays as it was: nothing known is lost.
            List<ChunkRecord> next = [.. groups.SelectMany((group, i) => collapsed.Results[i] is { } one ? [one] : group).Where(r => !r.IsEmpty(family.Family))];
            if (collapsed.Exceeded is not null)
            {
                return (Surest(next), collapsed.Exceeded);
            }

            int after = Tokens(next);
            caller.Session.Emit(new CollapsedEvent(round + 1, before, after));
            records = next;
            if (after > ReduceBudget && after > before * (1 - LeastSaving))
            {
                return (Surest(records), null);
            }
        }

        return (records, null);
    }

    private async Task<ChunkRecord> OneAsync(AgentCaller door, List<ChunkRecord> group, CancellationToken cancellationToken)
    {
        if (group.Count == 1)
        {
            return group[0];
        }

        AgentReply reply = await door.AskAsync(
            new AskRequest
            {
                Stage = Stage,
                Agent = family.Collapse,
                Variables = Variables(door, family, task, ChunkRecord.Render(group, family.Family)),
                Format = family.Form,
            },
            cancellationToken).ConfigureAwait(false);
        double most = group.Max(r => r.Confidence);
        return new ChunkRecord([.. group.SelectMany(r => r.Chunks)], reply.Record!, Confidence(reply.Record!, most), [.. group.OrderByDescending(r => r.Confidence).SelectMany(r => r.Evidence)])
        {
            Details = ChunkRecord.DetailsOf(family.Form, reply.Record!),
        };
    }

    /// <summary>A merged record is at most as sure as the surest that went into it.</summary>
    private double Confidence(ReplyRecord record, double most) => family.Family == TaskFamily.Sum ? 0 : Math.Min(record.Number("confidence"), most);

    /// <summary>Consecutive records that fit one prompt together.</summary>
    private List<List<ChunkRecord>> Groups(List<ChunkRecord> records)
    {
        var groups = new List<List<ChunkRecord>>();
        foreach (ChunkRecord record in records)
        {
            if (groups.Count > 0 && Tokens([.. groups[^1], record]) <= GroupBudget)
            {
                groups[^1].Add(record);
            }
            else
            {
                groups.Add([record]);
            }
        }

        return groups;
    }

    /// <summary>A record that would not fit half a prompt keeps answer and confidence and the beginning of its details.</summary>
    private ChunkRecord Shrunk(ChunkRecord record)
    {
        int most = Math.Min(GroupBudget, ReduceBudget) / 2;
        int tokens = Tokens([record]);
        if (tokens <= most)
        {
            return record;
        }

        int kept = Math.Max(0, caller.Model.Counter.CountText(record.Details) - (tokens - most));
        string details = record.Details[..caller.Model.Counter.PrefixLength(record.Details, kept)];
        caller.Session.Emit(new RecordDroppedEvent(Stage, record.Chunks[0], $"A record of {tokens} tokens is too long for a prompt; the end of its details went."));
        return record with { Details = details.Length > 0 ? details.TrimEnd() + "\n" : "" };
    }

    /// <summary>The surest records that fit, in document order.</summary>
    private List<ChunkRecord> Surest(List<ChunkRecord> records)
    {
        var kept = new List<ChunkRecord>();
        foreach (ChunkRecord record in records.Select(Shrunk).OrderByDescending(r => r.Confidence))
        {
            if (Tokens([.. kept, record]) <= ReduceBudget)
            {
                kept.Add(record);
            }
            else
            {
                caller.Session.Emit(new RecordDroppedEvent(Stage, record.Chunks[0], "The records do not fit the last prompt; the least sure were left out."));
            }
        }

        return [.. kept.OrderBy(r => r.Chunks[0])];
    }

    private int Tokens(List<ChunkRecord> records) => caller.Model.Counter.CountText(ChunkRecord.Render(records, family.Family));

    internal static Dictionary<string, object?> Variables(AgentCaller caller, TaskFamilies family, IReadOnlyDictionary<string, object?> task, string records) =>
        new(task) { ["records"] = records, ["form"] = caller.Form(family.Form) };

    private static int Room(AgentCaller caller, Agent agent, IReadOnlyDictionary<string, object?> variables, int reply)
    {
        var budget = new StageBudget
        {
            Stage = agent.Card.Name,
            Window = caller.Model.Window,
            Template = caller.CountPrompt(agent, new Dictionary<string, object?>(variables) { ["records"] = "" }),
            Reply = reply,
            Safety = caller.Model.Safety,
        };
        budget.Require(64);
        return budget.Chunk;
    }
}
