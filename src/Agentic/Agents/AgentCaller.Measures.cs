using Agentic.Runs;
using Microsoft.Extensions.AI;
using Polly;

namespace Agentic.Agents;

/// <content>Verbs that bring numbers instead of text: scores, embeddings, attention.</content>
public sealed partial class AgentCaller
{
    /// <summary>Scores many continuations as one call: the verb Choose for readers that decide by numbers.</summary>
    /// <param name="stage">Stage of the run it belongs to.</param>
    /// <param name="requests">Contexts and candidates; evaluated together where the host can.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="NotSupportedException">The client cannot score; see <see cref="ModelAccess.CanScore"/>.</exception>
    /// <exception cref="BudgetException">A cap is reached.</exception>
    /// <exception cref="ModelCallException">The call failed after all retries.</exception>
    public Task<IReadOnlyList<ScoringResult>> ScoreAsync(string stage, IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        IContinuationScorer scorer = Model.Scorer ?? throw new NotSupportedException("This model's client cannot score continuations.");
        return MeasureAsync(
            new Measure<ScoringResult>(stage, "Choose", requests.Sum(r => (long)r.Context.Count + r.Candidates.Sum(c => (long)c.Count)), requests.Count)
            {
                Call = token => scorer.ScoreAsync(requests, token),
                Hash = hash => requests.ToList().ForEach(r =>
                {
                    hash.Add([.. r.Context]);
                    hash.Add(r.Candidates.Count);
                    r.Candidates.ToList().ForEach(c => hash.Add([.. c]));
                }),
                Write = CallResult.Write,
                Read = CallResult.ReadScores,
                Cost = results => (results.Sum(r => (long)r.PromptTokens), results.Sum(r => (long)r.CachedTokens)),
            },
            cancellationToken);
    }

    /// <summary>Scores texts themselves: the log-probability of every token and the model's uncertainty there.</summary>
    /// <param name="stage">Stage of the run it belongs to.</param>
    /// <param name="prompts">Token ids of each text; none empty.</param>
    /// <param name="from">For each text the first position of interest; null = all from the start.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="NotSupportedException">The client does not offer it.</exception>
    /// <exception cref="BudgetException">A cap is reached, or a text does not fit the window.</exception>
    /// <exception cref="ModelCallException">The call failed after all retries.</exception>
    public Task<IReadOnlyList<PromptScore>> ScorePromptsAsync(
        string stage, IReadOnlyList<IReadOnlyList<int>> prompts, IReadOnlyList<int>? from = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        IPromptScorer scorer = Model.PromptScorer ?? throw new NotSupportedException("This model's client cannot score the prompt itself.");
        return MeasureAsync(
            new Measure<PromptScore>(stage, "Choose", prompts.Sum(p => (long)p.Count), prompts.Count)
            {
                Call = token => scorer.ScorePromptsAsync(prompts, from, token),
                Hash = hash =>
                {
                    hash.Add("prompts");
                    hash.Add([.. from ?? []]);
                    prompts.ToList().ForEach(p => hash.Add([.. p]));
                },
                Write = CallResult.Write,
                Read = CallResult.ReadPromptScores,
                Cost = results => (results.Sum(r => (long)r.PromptTokens), results.Sum(r => (long)r.CachedTokens)),
            },
            cancellationToken);
    }

    /// <summary>Embeds texts, in their order.</summary>
    /// <exception cref="NotSupportedException">Neither the client nor <see cref="ModelAccess.Embedder"/> offers it.</exception>
    /// <exception cref="BudgetException">A cap is reached.</exception>
    /// <exception cref="ModelCallException">The call failed after all retries.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(string stage, IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        IEmbeddingGenerator<string, Embedding<float>> embedder =
            Model.Embedder ?? throw new NotSupportedException($"The stage {stage} asks for embeddings, and this model's client does not offer them.");
        long estimate = texts.Sum(text => (long)Model.Counter.CountText(text));
        IReadOnlyList<Embedding<float>> embeddings = await MeasureAsync(
            new Measure<Embedding<float>>(stage, "Embed", estimate, texts.Count)
            {
                Call = async token => await embedder.GenerateAsync(texts, cancellationToken: token).ConfigureAwait(false),
                Hash = hash =>
                {
                    hash.Add(embedder.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelId);
                    texts.ToList().ForEach(hash.Add);
                },
                Write = CallResult.Write,
                Read = CallResult.ReadEmbeddings,
                Cost = results => ((results as GeneratedEmbeddings<Embedding<float>>)?.Usage?.InputTokenCount ?? estimate, 0),
            },
            cancellationToken).ConfigureAwait(false);
        return [.. embeddings.Select(embedding => embedding.Vector)];
    }

    /// <summary>Where the model looks: attention of a text's last tokens over the text.</summary>
    /// <exception cref="NotSupportedException">The client does not offer it.</exception>
    /// <exception cref="BudgetException">A cap is reached, or the text does not fit the window.</exception>
    /// <exception cref="ModelCallException">The call failed after all retries.</exception>
    public async Task<AttentionMass> ProbeAsync(string stage, AttentionProbeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        IAttentionProbe probe = Model.Probe ?? throw new NotSupportedException($"The stage {stage} asks for an attention probe, and this model's client does not offer it.");
        IReadOnlyList<AttentionMass> masses = await MeasureAsync(
            new Measure<AttentionMass>(stage, "Probe", request.Tokens.Count, 1)
            {
                Call = async token => [await probe.ProbeAsync(request, token).ConfigureAwait(false)],
                Hash = hash =>
                {
                    hash.Add([.. request.Tokens]);
                    hash.Add([request.QueryCount, request.TokensPerSlot, request.Layers is null ? 0 : 1, request.Heads is null ? 0 : 1]);
                    hash.Add([.. request.Layers ?? []]);
                    hash.Add([.. request.Heads ?? []]);
                },
                Write = CallResult.Write,
                Read = CallResult.ReadMasses,
                Cost = results => (results[0].PromptTokens, results[0].CachedTokens),
            },
            cancellationToken).ConfigureAwait(false);
        return masses[0];
    }

    private async Task<IReadOnlyList<T>> MeasureAsync<T>(Measure<T> measure, CancellationToken cancellationToken)
    {
        CallKey? key = KeyOf(measure);
        if (key is { } known && await Session.Journal!.FindAsync(known, cancellationToken).ConfigureAwait(false) is { } call)
        {
            Session.CallFound(call);
            return measure.Read(call.Result);
        }

        int attempt = 0;
        CallDoneEvent cost = new(measure.Stage, measure.Verb, measure.Tokens, 0, 0, 0);
        IReadOnlyList<T> made;
        ResiliencePipeline policy = CallPolicy.Build(
            0, _options.TransportRetries, _options.Backoff, TimeSpan.FromHours(1), Session.Time, reason => Session.Emit(new RetryEvent(measure.Stage, attempt, reason)));
        try
        {
            made = await policy.ExecuteAsync(
                async token =>
                {
                    attempt++;
                    CallBooking booking = Session.BookCall(measure.Stage, measure.Tokens, 0);
                    long start = Session.Time.GetTimestamp();
                    bool done = false;
                    try
                    {
                        IReadOnlyList<T> results = await measure.Call(token).WaitAsync(token).ConfigureAwait(false);
                        if (results.Count != measure.Expected)
                        {
                            throw new InvalidOperationException($"The model's client answered {results.Count} of {measure.Expected} requests.");
                        }

                        (long prompt, long cached) = measure.Cost(results);
                        cost = cost with { PromptTokens = prompt, CachedTokens = cached };
                        done = true;
                        return results;
                    }
                    finally
                    {
                        Settle(booking, cost = cost with { Seconds = Session.Time.GetElapsedTime(start).TotalSeconds }, done);
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            throw Failure(e, CallPolicy.Sentence(e), attempt, null);
        }

        await CommitAsync(key, cost, () => measure.Write(made)).ConfigureAwait(false);
        return made;
    }

    private CallKey? KeyOf<T>(Measure<T> measure)
    {
        if (Session.Journal is null)
        {
            return null;
        }

        using var hash = CallHash.Of(measure.Verb, Model);
        measure.Hash(hash);
        return Session.KeyOf(hash.Done());
    }

    /// <summary>A call that brings numbers: what it is booked as, how it is made, what it took.</summary>
    private sealed record Measure<T>(string Stage, string Verb, long Tokens, int Expected)
    {
        public required Func<CancellationToken, Task<IReadOnlyList<T>>> Call { get; init; }

        public required Func<IReadOnlyList<T>, (long Prompt, long Cached)> Cost { get; init; }

        /// <summary>Adds what decides the result to the key of the journal.</summary>
        public required Action<CallHash> Hash { get; init; }

        public required Func<IReadOnlyList<T>, byte[]> Write { get; init; }

        public required Func<ReadOnlyMemory<byte>, IReadOnlyList<T>> Read { get; init; }
    }
}
