using Agentic.Agents;

namespace Agentic.Runs;

/// <summary>What becomes of a chunk whose call failed for good.</summary>
public enum FailurePolicy
{
    /// <summary>It is left out and reported as a dead letter; the answer is partial.</summary>
    Skip,

    /// <summary>The run ends as failed.</summary>
    Fail,

    /// <summary>It is asked of <see cref="Reading.ReadingOptions.Fallback"/>; left out when that fails too.</summary>
    OtherModel,
}

/// <summary>
/// One call for each of many items, as many at once as the model serves side by side. Results come in the order of the items, whichever
/// ended first; an item that failed for good is a dead letter.
/// </summary>
internal static class StageMap
{
    /// <param name="caller">The door.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="items">The items.</param>
    /// <param name="call">The call for one item, through the door that it is given.</param>
    /// <param name="options">How many at once and what a failure means.</param>
    /// <param name="cancellationToken">Cancels all.</param>
    /// <exception cref="ModelCallException">A call failed, and a failure ends the run.</exception>
    public static async Task<MapResult<TResult>> RunAsync<TItem, TResult>(
        AgentCaller caller,
        string stage,
        IReadOnlyList<TItem> items,
        Func<AgentCaller, TItem, int, CancellationToken, Task<TResult>> call,
        MapOptions options,
        CancellationToken cancellationToken)
        where TResult : class
    {
        var results = new TResult?[items.Count];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        BudgetException? exceeded = null;
        AgentCaller? fallback = options.Fallback is { } other ? caller.With(other) : null;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, items.Count),
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.Parallel ?? caller.Model.Profile?.Capacity ?? 1), CancellationToken = cancellationToken },
            async (i, token) =>
            {
                if (Volatile.Read(ref exceeded) is not null)
                {
                    return;
                }

                try
                {
                    results[i] = await OneAsync(caller, fallback, stage, items[i], i, call, options.OnFailure, token).ConfigureAwait(false);
                }
                catch (BudgetException e)
                {
                    // What is under way is paid for: it is waited for, and nothing more is begun.
                    Interlocked.CompareExchange(ref exceeded, e, null);
                }
            }).ConfigureAwait(false);
        return new MapResult<TResult>(results, exceeded);
    }

    private static async Task<TResult?> OneAsync<TItem, TResult>(
        AgentCaller caller, AgentCaller? fallback, string stage, TItem item, int index, Func<AgentCaller, TItem, int, CancellationToken, Task<TResult>> call, FailurePolicy policy, CancellationToken cancellationToken)
        where TResult : class
    {
        try
        {
            return await call(caller, item, index, cancellationToken).ConfigureAwait(false);
        }
        catch (ModelCallException e) when (policy != FailurePolicy.Fail)
        {
            ModelCallException failure = e;
            if (policy == FailurePolicy.OtherModel && fallback is not null)
            {
                try
                {
                    caller.Session.Emit(new RetryEvent(stage, e.Attempts + 1, $"{e.Message} Asked of the other model."));
                    return await call(fallback, item, index, cancellationToken).ConfigureAwait(false);
                }
                catch (ModelCallException again)
                {
                    failure = again;
                }
            }

            caller.Session.Emit(new DeadLetterEvent(new DeadLetter(stage, index, failure.Attempts, failure.Message, failure.LastOutput)));
            return null;
        }
    }
}

/// <summary>How a stage is mapped.</summary>
/// <param name="Parallel">Most calls at once; null for as many as the model serves side by side.</param>
/// <param name="OnFailure">What becomes of an item whose call failed for good.</param>
/// <param name="Fallback">The other model; null for none.</param>
internal sealed record MapOptions(int? Parallel, FailurePolicy OnFailure, ModelAccess? Fallback);

/// <summary>What a mapped stage brought.</summary>
/// <param name="Results">One an item, in their order; null for one that failed for good or was not begun.</param>
/// <param name="Exceeded">The cap that ended the stage early; null when it came to its end.</param>
internal sealed record MapResult<T>(IReadOnlyList<T?> Results, BudgetException? Exceeded)
    where T : class;
