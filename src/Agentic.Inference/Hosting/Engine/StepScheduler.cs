using Agentic.Inference.Hosting.Drafting;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>
/// Who gets rows in a step. Every running reply gets its row, those longest without one first. The rest is for prompts: the first in rank gets all
/// of it, or half when another prompt is much shorter, which then gets the other half; what they leave goes on in order of rank. So the first
/// in rank reads at least half of every chunk and none starves, while a short question need not wait for a long document.
/// </summary>
internal sealed class StepScheduler(EngineContext context, StepGovernor governor, StepCosts costs)
{
    /// <summary>Share of the rows that is kept for prompts when there are more replies than rows.</summary>
    private const int PromptShare = 4;

    private readonly List<EngineJob> _replies = [];
    private readonly List<EngineJob> _prompts = [];
    private int _turn;

    /// <summary>Plans a step for jobs in order of rank that have reserved what they need.</summary>
    /// <param name="ready">The jobs.</param>
    /// <param name="plan">The empty plan.</param>
    /// <param name="guard">Runs an action of a job and ends the job when it fails.</param>
    public void Plan(IReadOnlyList<EngineJob> ready, StepPlan plan, Action<EngineJob, Action> guard)
    {
        _replies.Clear();
        _prompts.Clear();
        foreach (EngineJob job in ready)
        {
            (job.IsDecoding ? _replies : _prompts).Add(job);
        }

        PlanReplies(plan, guard);
        _prompts.RemoveAll(job => job.PromptLeft == 0);
        if (_prompts.Count > 0 && plan.Room > 0)
        {
            PlanPrompts(plan, guard);
        }
    }

    private void PlanReplies(StepPlan plan, Action<EngineJob, Action> guard)
    {
        int rows = _prompts.Count > 0 ? plan.MaxRows - Math.Max(1, plan.MaxRows / PromptShare) : plan.MaxRows;
        rows = Math.Max(1, rows);
        int planned = Math.Min(rows, _replies.Count);
        plan.Drafts.Begin(costs, planned, rows - planned, beside: _prompts.Count > 0 ? governor.StepSeconds : 0);
        int first = _replies.Count > rows ? _turn % _replies.Count : 0;
        for (int i = 0; i < planned; i++)
        {
            EngineJob job = _replies[(first + i) % _replies.Count];
            guard(job, () => job.PlanDecode(plan));
            _turn = _replies.Count > rows ? (first + i + 1) % _replies.Count : 0;
        }
    }

    private void PlanPrompts(StepPlan plan, Action<EngineJob, Action> guard)
    {
        double allowance = Math.Max(StepGovernor.LeastRows, governor.Allowance(plan.Batch.Rows > 0) - plan.Drafts.Rows);
        EngineJob first = _prompts[0];
        EngineJob? quick = Quick(first);
        Take(first, quick is null ? allowance : allowance / 2);
        if (quick is not null)
        {
            Take(quick, allowance - plan.PromptCost);
        }

        foreach (EngineJob job in _prompts)
        {
            if (!ReferenceEquals(job, first) && !ReferenceEquals(job, quick))
            {
                Take(job, allowance - plan.PromptCost);
            }
        }

        void Take(EngineJob job, double cost)
        {
            double atStart = cost / context.CostAt(job.Position); // later rows of a chunk cost a little more
            int rows = (int)Math.Min(plan.Room, Math.Ceiling(cost / context.CostAt(job.Position + (int)Math.Min(plan.Room, atStart) / 2)));
            if (rows > 0)
            {
                guard(job, () => job.PlanPrefill(plan, rows));
            }
        }
    }

    /// <summary>The prompt with the fewest tokens left, when these are at most half of what the first has left; not a batch job before an interactive one.</summary>
    private EngineJob? Quick(EngineJob first)
    {
        EngineJob? quick = null;
        foreach (EngineJob job in _prompts)
        {
            if (!ReferenceEquals(job, first) && job.Priority <= first.Priority && 2 * job.PromptLeft <= first.PromptLeft
                && (quick is null || job.PromptLeft < quick.PromptLeft))
            {
                quick = job;
            }
        }

        return quick;
    }
}
