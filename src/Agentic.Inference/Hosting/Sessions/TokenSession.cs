using System.Globalization;
using System.Runtime.CompilerServices;
using Agentic.Inference.Hosting.Chat;
using Agentic.Inference.Hosting.Probing;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Sessions;

/// <summary>A session of a host: its tokens live here, what was computed for them in <see cref="SessionPages"/>.</summary>
internal sealed class TokenSession(ModelHost host, string model, IReadOnlyList<int> start, SessionPages pages) : ITokenSession
{
    private readonly Lock _gate = new();
    private readonly List<int> _tokens = [.. start];
    private bool _working;
    private bool _disposed;

    /// <inheritdoc/>
    public int Length
    {
        get
        {
            lock (_gate)
            {
                return _tokens.Count;
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Tokens => Snapshot();

    /// <inheritdoc/>
    public async Task<SessionStep> AppendAsync(IReadOnlyList<int> tokens, int top = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(top, 1000);
        using var work = new Work(this);
        int[] all = [.. Snapshot(), .. tokens];
        host.CheckIds(all, nameof(tokens));
        if (all.Length > host.Model.Window)
        {
            throw new BudgetException(
                string.Create(CultureInfo.InvariantCulture, $"A session of {all.Length:N0} tokens does not fit the window of {host.Model.Window:N0}."),
                all.Length, host.Model.Window, "Append less, drop tokens from its end, or use a larger window.");
        }

        SessionResult result = await host.RunAsync(new SessionJob(pages, all, top, cancellationToken), job => job.Result, cancellationToken).ConfigureAwait(false);
        Add(tokens);
        return new SessionStep(result.Computed, result.Cached, [.. result.Next.Select(next => new TokenLogProbability(host.Tokenizer.Decode([next.Token]), next.Token, next.LogProb, []))]);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<SessionUpdate> GenerateAsync(ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Refuse(ReplyForm.ClosesAtLimit(options), "closing a reply at its limit");
        Refuse(options?.Tools is { Count: > 0 } || options?.ToolMode is RequiredChatToolMode, "tools");
        Refuse(!string.IsNullOrEmpty(options?.Instructions), "instructions");
        Refuse(options?.AdditionalProperties?.ContainsKey(SamplingKeys.ReplyStart) == true, SamplingKeys.ReplyStart);
        Refuse(options?.AdditionalProperties?.ContainsKey(PromptTokens.OptionKey) == true, PromptTokens.OptionKey);
        return Generate(OptionsMapper.Map(options, model) with { Constraint = ReplyForm.Constraint(options, host.Tokenizer) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ScoringResult> ScoreAsync(IReadOnlyList<IReadOnlyList<int>> candidates, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        using var work = new Work(this);
        IReadOnlyList<ScoringResult> results = await host.ScoreAsync([new ScoringRequest(Context(), candidates)], pages, cancellationToken).ConfigureAwait(false);
        return results[0];
    }

    /// <inheritdoc/>
    public async Task<AttentionMass> ProbeAsync(AttentionProbeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var work = new Work(this);
        AttentionProbeRequest whole = request with { Tokens = [.. Snapshot(), .. request.Tokens] };
        return await new LocalAttentionProbe(host).ProbeAsync(whole, pages, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ITokenSession Fork()
    {
        using var work = new Work(this);
        int[] tokens = Snapshot();
        var forked = new SessionPages();
        // Before any job that is handed over from now on.
        _ = host.RunAsync(context =>
        {
            forked.Return(context, pages.Copy(context.Cache, tokens, tokens.Length));
            return true;
        });
        return new TokenSession(host, model, tokens, forked);
    }

    /// <inheritdoc/>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        using var work = new Work(this);
        lock (_gate)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _tokens.Count);
            _tokens.RemoveRange(length, _tokens.Count - length);
        }

        _ = host.RunAsync(_ =>
        {
            pages.Truncate(length);
            return true;
        });
    }

    /// <summary>Gives the pages back, at the next step; those of an operation at work when it has ended.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        try
        {
            _ = host.RunAsync(context =>
            {
                pages.Close(context);
                return true;
            });
        }
        catch (ObjectDisposedException)
        {
            // The host is gone, and its pages with it.
        }
    }

    private async IAsyncEnumerable<SessionUpdate> Generate(GenerationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var work = new Work(this);
        await foreach (GenerationUpdate update in host.GenerateAsync(request with { Prompt = Context() }, pages, cancellationToken).ConfigureAwait(false))
        {
            if (update.Token is { } token)
            {
                Add([token.Token]);
            }

            yield return new SessionUpdate(update.Token?.Token, update.Token?.LogProb ?? 0, update.Text, update.End?.Cause switch
            {
                null => null,
                FinishCause.Stop => ChatFinishReason.Stop,
                _ => ChatFinishReason.Length,
            });
        }
    }

    private static void Refuse(bool given, string what)
    {
        if (given)
        {
            throw new ConfigurationException($"A session goes on from its tokens: {what} is for chat calls.", "Leave it out, or append what the template makes of it.");
        }
    }

    private int[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _tokens];
        }
    }

    private int[] Context() => Snapshot() is { Length: > 0 } tokens ? tokens : throw new InvalidOperationException("The session is empty: append tokens first.");

    private void Add(IEnumerable<int> tokens)
    {
        lock (_gate)
        {
            _tokens.AddRange(tokens);
        }
    }

    /// <summary>An operation: there is one at a time.</summary>
    private readonly struct Work : IDisposable
    {
        private readonly TokenSession _session;

        public Work(TokenSession session)
        {
            lock (session._gate)
            {
                ObjectDisposedException.ThrowIf(session._disposed, session);
                if (session._working)
                {
                    throw new InvalidOperationException("The session is at work: one operation must end before the next begins.");
                }

                session._working = true;
            }

            _session = session;
        }

        public void Dispose()
        {
            lock (_session._gate)
            {
                _session._working = false;
            }
        }
    }
}
