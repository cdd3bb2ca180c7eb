using Microsoft.Extensions.AI;

namespace Agentic;

/// <summary>Starts sessions of a model. Thread-safe.</summary>
/// <remarks>Obtained from <see cref="IChatClient.GetService"/>; only a model in this process has it.</remarks>
public interface ITokenSessions
{
    /// <summary>Starts an empty session. Nothing is computed and no memory of the model taken until tokens are appended.</summary>
    ITokenSession Start();
}

/// <summary>
/// A sequence of token ids that its caller holds in a model's cache: appended to, looked at, generated and scored from, forked, cut back.
/// </summary>
/// <remarks>
/// <para>One operation at a time: a second one that begins before the first has ended is refused with an <see cref="InvalidOperationException"/>.
/// <see cref="Length"/>, <see cref="Tokens"/> and <see cref="IDisposable.Dispose"/> may be used at any time from any thread; sessions, forks of one
/// another included, work side by side.</para>
/// <para>A session holds its tokens for ever and what was computed for them as long as the cache has room: while no operation runs, its pages are
/// given to whoever needs them, those of the session that has been idle longest first, and computed again at its next use. So a session never
/// keeps a request waiting and never fails for want of memory, unless it alone outgrows the cache; results are the same either way.</para>
/// <para>Tokens can be dropped from the end only (<see cref="Truncate"/>). The head cannot be dropped with the tail kept: keys carry their
/// positions, and every token was computed from those before it. Start another session with the tail's tokens instead.</para>
/// </remarks>
public interface ITokenSession : IDisposable
{
    /// <summary>Tokens that it holds.</summary>
    int Length { get; }

    /// <summary>The tokens that it holds now, as a copy.</summary>
    IReadOnlyList<int> Tokens { get; }

    /// <summary>Appends tokens and computes what can be: the keys and values of all but the last, whose turn comes with what follows it, or now when <paramref name="top"/> asks what follows.</summary>
    /// <param name="tokens">Token ids; may be empty when something was appended before, to compute again what was given up, or to look at what follows.</param>
    /// <param name="top">Number of most likely next tokens to report, at most 1,000. Default none.</param>
    /// <param name="cancellationToken">Cancels; the session is then as it was before.</param>
    /// <exception cref="ArgumentException">A token does not exist, or nothing was ever appended and nothing is.</exception>
    /// <exception cref="BudgetException">The session would outgrow the model's window; it is as it was before.</exception>
    /// <exception cref="AgenticException">The model is overloaded or failed, or its cache cannot hold the session even alone (code <c>kv-cache-full</c>, with numbers); the session is as it was before.</exception>
    Task<SessionStep> AppendAsync(IReadOnlyList<int> tokens, int top = 0, CancellationToken cancellationToken = default);

    /// <summary>Generates from here. Every token drawn, one that ends the reply included, belongs to the session as soon as its update was given out.</summary>
    /// <param name="options">
    /// Sampling, stop texts, the limit of tokens and the reply's format, as for a chat call of the same client. What belongs to messages (tools,
    /// instructions, a start of the reply) is refused, and so is <see cref="SamplingKeys.CloseAtLimit"/>: what closes a reply is not drawn.
    /// </param>
    /// <param name="cancellationToken">Cancels; ending the enumeration early does the same. What was given out stays in the session.</param>
    /// <exception cref="InvalidOperationException">The session is empty.</exception>
    /// <exception cref="BudgetException">The reply does not fit the window.</exception>
    /// <exception cref="ConfigurationException">An option cannot be served.</exception>
    IAsyncEnumerable<SessionUpdate> GenerateAsync(ChatOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Scores continuations from here; the session itself does not change.</summary>
    /// <param name="candidates">Token ids of each candidate; none empty.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InvalidOperationException">The session is empty.</exception>
    /// <exception cref="BudgetException">A candidate does not fit the window.</exception>
    Task<ScoringResult> ScoreAsync(IReadOnlyList<IReadOnlyList<int>> candidates, CancellationToken cancellationToken = default);

    /// <summary>Reports where tokens that would follow the session look; the session itself does not change.</summary>
    /// <param name="request">The tokens that follow, none to ask the session's own last ones; the masses are over the session's tokens and then these.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="BudgetException">Session and tokens do not fit the window.</exception>
    /// <exception cref="ArgumentException">A layer, head, token or query does not exist.</exception>
    Task<AttentionMass> ProbeAsync(AttentionProbeRequest request, CancellationToken cancellationToken = default);

    /// <summary>A second session with the same tokens. What was computed is shared; the two go on independently.</summary>
    ITokenSession Fork();

    /// <summary>Drops all tokens from position <paramref name="length"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The session is shorter.</exception>
    void Truncate(int length);
}

/// <summary>What an append took and found.</summary>
/// <param name="ComputedTokens">Tokens computed.</param>
/// <param name="CachedTokens">Tokens whose keys and values were there: the session's own and, in whole pages, what others had read.</param>
/// <param name="Next">The most likely next tokens, best first, as many as were asked for.</param>
public sealed record SessionStep(int ComputedTokens, int CachedTokens, IReadOnlyList<TokenLogProbability> Next);

/// <summary>A piece of what is generated.</summary>
/// <param name="Token">The token drawn; null in a last piece that brings only the end.</param>
/// <param name="LogProbability">Its natural logarithm of probability among all tokens, before temperature and truncation; 0 without a token.</param>
/// <param name="Text">Text that is certain now: whole code points, no part of a stop text; often empty. All pieces together are the reply.</param>
/// <param name="FinishReason">Why the reply ended; set in the last piece only.</param>
public sealed record SessionUpdate(int? Token, double LogProbability, string Text, ChatFinishReason? FinishReason);
