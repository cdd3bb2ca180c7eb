using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Agentic.Agents;

/// <summary>Retries and time limits of calls. Refused replies are asked for again at once, failed calls after a pause.</summary>
internal static class CallPolicy
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <param name="refusals">How often a refused reply is asked for again.</param>
    /// <param name="failures">How often a failed call is repeated.</param>
    /// <param name="backoff">First pause.</param>
    /// <param name="timeout">Time limit of one call.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onRetry">Told the attempt and why.</param>
    public static ResiliencePipeline Build(int refusals, int failures, TimeSpan backoff, TimeSpan timeout, TimeProvider time, Action<string> onRetry)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (refusals > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<RefusedReplyException>(),
                MaxRetryAttempts = refusals,
                Delay = TimeSpan.Zero,
                OnRetry = args => Told(onRetry, args.Outcome.Exception!.Message),
            });
        }

        if (failures > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is { } e && IsTransient(e, args.Context.CancellationToken)),
                MaxRetryAttempts = failures,
                Delay = backoff,
                BackoffType = DelayBackoffType.Exponential,
                DelayGenerator = args => ValueTask.FromResult(Asked(args.Outcome.Exception)),
                OnRetry = args => Told(onRetry, Sentence(args.Outcome.Exception!)),
            });
        }

        return builder.AddTimeout(new TimeoutStrategyOptions { Timeout = timeout }).Build();
    }

    public static string Sentence(Exception e) => e switch
    {
        TimeoutRejectedException t => $"The model did not answer within {t.Timeout.TotalSeconds:0.#} seconds.",
        ModelCallException => e.Message,
        _ => $"The model call failed: {e.Message}",
    };

    /// <summary>The pause that the model asked for, within reason; null for the usual one.</summary>
    private static TimeSpan? Asked(Exception? e) =>
        e is ModelCallException { RetryAfter: { } pause } && pause > TimeSpan.Zero ? (pause < LongestPause ? pause : LongestPause) : null;

    /// <summary>Not what would fail the same way again: our own errors, wrong arguments, a refused reply (handled apart), the user's cancellation.</summary>
    private static bool IsTransient(Exception e, CancellationToken user) => e switch
    {
        ModelCallException call => call.Transient,
        OperationCanceledException => !user.IsCancellationRequested,
        _ => IsPassing(e),
    };

    private static bool IsPassing(Exception e) =>
        e is not (AgenticException or RefusedReplyException or ArgumentException or NotSupportedException)
        && !(e is HttpRequestException { StatusCode: { } status } && (int)status is >= 400 and < 500 and not (408 or 429));

    private static ValueTask Told(Action<string> onRetry, string reason)
    {
        onRetry(reason);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A reply that is not acceptable; never leaves the door.</summary>
internal sealed class RefusedReplyException(string reason, string reply, bool cut) : Exception(reason)
{
    public string Reply { get; } = reply;

    /// <summary>Whether it was cut by its length.</summary>
    public bool Cut { get; } = cut;
}
