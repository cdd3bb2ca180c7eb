using System.Globalization;
using Agentic.Agents.Records;
using Agentic.Runs;
using Microsoft.Extensions.AI;
using Polly;

namespace Agentic.Agents;

/// <summary>The one door to a model: renders, counts, checks budgets and caps, calls, checks the reply, retries, records. Thread-safe.</summary>
/// <remarks>Four verbs, all budgeted and counted alike: Ask (generate), Choose (score), Embed and Probe. A verb that the model's client does not offer refuses by <see cref="NotSupportedException"/>; see <see cref="ModelAccess"/>.</remarks>
public sealed partial class AgentCaller
{
    private readonly AgentCallerOptions _options;

    /// <summary>Opens the door for one run.</summary>
    public AgentCaller(ModelAccess model, RunSession session, AgentCallerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(session);
        Model = model;
        Session = session;
        _options = options ?? new AgentCallerOptions();
    }

    /// <summary>The model asked.</summary>
    public ModelAccess Model { get; }

    /// <summary>The run that calls belong to.</summary>
    public RunSession Session { get; }

    /// <summary>A door to another model within the same run.</summary>
    internal AgentCaller With(ModelAccess model) => new(model, Session, _options);

    /// <summary>Tokens of an agent's prompt as the model will see it, chat template included.</summary>
    public int CountPrompt(Agent agent, IReadOnlyDictionary<string, object?> variables)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return Model.Counter.CountPrompt(Messages(agent, variables, null), ReplyStart(agent, null)).Count;
    }

    /// <summary>Token ids of an agent's prompt, for scoring what could follow it.</summary>
    /// <exception cref="NotSupportedException">The client's counter only estimates.</exception>
    public IReadOnlyList<int> Ids(Agent agent, IReadOnlyDictionary<string, object?> variables)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return Model.Counter.CountPrompt(Messages(agent, variables, null), ReplyStart(agent, null)).Ids
            ?? throw new NotSupportedException("This model's client only estimates tokens, so nothing can be scored.");
    }

    /// <summary>A form as the prompt of this model should say it; goes into the variable <c>form</c>.</summary>
    public string Form(RecordFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return format.Describe(Model.Constrains);
    }

    /// <summary>Asks an agent and returns a reply that passed all checks.</summary>
    /// <exception cref="BudgetException">The prompt and its reply do not fit the window, or a cap is reached.</exception>
    /// <exception cref="ModelCallException">No acceptable reply came after all retries.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<AgentReply> AskAsync(AskRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        AgentCard card = request.Agent.Card;
        int attempt = 0;
        string? correction = null;
        string? last = null;
        int limit = request.MaxOutput ?? card.MaxOutput;
        var asking = new Asking();
        ResiliencePipeline policy = CallPolicy.Build(
            card.Retries, _options.TransportRetries, _options.Backoff, TimeSpan.FromSeconds(card.TimeoutSeconds), Session.Time, reason => Retry(request, attempt, reason));
        try
        {
            return await policy.ExecuteAsync(
                async token =>
                {
                    attempt++;
                    try
                    {
                        return await AskOnceAsync(request, correction, limit, asking, token).ConfigureAwait(false);
                    }
                    catch (RefusedReplyException e)
                    {
                        // The same prompt would bring the same reply: say what was wrong, and give a reply that was cut more room.
                        asking.Refusals++;
                        (correction, last) = (e.Message, e.Reply);
                        limit += e.Cut ? limit / 2 : 0;
                        throw;
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            throw Failure(e, e is RefusedReplyException ? $"No acceptable reply in stage {request.Stage}: {e.Message}" : CallPolicy.Sentence(e), attempt, last);
        }
    }

    /// <summary>Chooses the candidate that best continues an agent's prompt: by its log-probability, or in words when the client cannot score.</summary>
    /// <exception cref="BudgetException">It does not fit the window, or a cap is reached.</exception>
    /// <exception cref="ModelCallException">No acceptable reply came after all retries.</exception>
    public async Task<Choice> ChooseAsync(ChooseRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfZero(request.Candidates.Count, nameof(request));
        if (request.Candidates.Count == 1)
        {
            return new Choice(0, []);
        }

        PromptTokens prompt = Model.Counter.CountPrompt(Messages(request.Agent, request.Variables, null), ReplyStart(request.Agent, null));
        if (!Model.CanScore || prompt.Ids is null)
        {
            return await ChooseInWordsAsync(request, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<int>[] candidates = [.. request.Candidates.Select(Model.ScoringTokens!.Encode)];
        RequireWindow(request.Stage, prompt.Count, candidates.Max(c => c.Count));
        List<ScoringRequest> asked = [new ScoringRequest(prompt.Ids, candidates)];
        if (request.ContentFree is { } contentFree)
        {
            IReadOnlyList<int> neutral = Ids(request.Agent, contentFree);
            RequireWindow(request.Stage, neutral.Count, candidates.Max(c => c.Count));
            asked.Add(new ScoringRequest(neutral, candidates));
        }

        IReadOnlyList<ScoringResult> results = await ScoreAsync(request.Stage, asked, cancellationToken).ConfigureAwait(false);
        double[] scores = [.. Enumerable.Range(0, candidates.Length).Select(i => results[0].Mean(i) - (results.Count > 1 ? results[1].Mean(i) : 0))];
        return new Choice(Array.IndexOf(scores, scores.Max()), scores);
    }

    private async Task<AgentReply> AskOnceAsync(AskRequest request, string? correction, int limit, Asking asking, CancellationToken cancellationToken)
    {
        AgentCard card = request.Agent.Card;
        // A reply that is held to a form begins as the form does.
        string replyStart = request.Format is not null && Model.Constrains ? "" : ReplyStart(request.Agent, request.ReplyStart) ?? "";
        List<ChatMessage> messages = Messages(request.Agent, request.Variables, correction);
        PromptTokens prompt = Model.Counter.CountPrompt(messages, replyStart.Length > 0 ? replyStart : null);
        if (asking.Refusals > 0)
        {
            // The correction takes room that the plan gave to the reply, and a wider reply may take what the window has left, never more.
            limit = Math.Max(Math.Min(limit, Model.Window - prompt.Count), (request.MaxOutput ?? card.MaxOutput) / 2);
        }

        RequireWindow(request.Stage, prompt.Count, limit);
        ChatOptions options = OptionsFor(request, prompt, replyStart, limit, asking.Refusals);
        CallKey? key = Session.Journal is null ? null : asking.Key(Session, Hash(messages, options));
        (ReplyCollector reply, long promptTokens, long generated) = await FoundAsync(key, request.Stream, cancellationToken).ConfigureAwait(false)
            ?? await MadeAsync(request, messages, options, prompt, key, cancellationToken).ConfigureAwait(false);
        return Checked(request, reply, limit) with { PromptTokens = promptTokens, GeneratedTokens = generated };
    }

    /// <exception cref="RefusedReplyException">The reply is not acceptable.</exception>
    private AgentReply Checked(AskRequest request, ReplyCollector reply, int limit)
    {
        string text = reply.Text.Trim();
        bool cut = reply.Finish == ChatFinishReason.Length;
        ReplyRecord? record = null;
        string? wrong = null;
        bool formed = request.Format?.TryRead(text, out record, out wrong) ?? true;
        // A reply that was held to its form and closed in time is whole, though shorter than the model wanted.
        bool closed = cut && formed && request.Format is not null && Model.Constrains;
        string? refusal = reply.Finish == ChatFinishReason.ContentFilter ? "The reply was withheld or cut by the endpoint's content filter."
            : text.Length == 0 ? "The reply was empty."
            : cut && !closed && !request.Agent.Card.AllowTruncated ? $"The reply was cut off at {limit} tokens; it must be shorter."
            : wrong ?? request.Refuse?.Invoke(text);
        return refusal is null ? new AgentReply(text, 0, 0, cut) { Record = record } : throw new RefusedReplyException(refusal, text, cut);
    }

    /// <summary>A call that the journal answers.</summary>
    private async Task<(ReplyCollector Reply, long PromptTokens, long Generated)?> FoundAsync(CallKey? key, bool stream, CancellationToken cancellationToken)
    {
        if (key is not { } known || await Session.Journal!.FindAsync(known, cancellationToken).ConfigureAwait(false) is not { } call)
        {
            return null;
        }

        ReplyCollector reply = CallResult.ReadReply(call.Result);
        Session.CallFound(call);
        if (stream && reply.Text.Length > 0)
        {
            Session.Emit(new TokenDeltaEvent(reply.Text));
        }

        return (reply, call.PromptTokens, call.GeneratedTokens);
    }

    private async Task<(ReplyCollector Reply, long PromptTokens, long Generated)> MadeAsync(
        AskRequest request, List<ChatMessage> messages, ChatOptions options, PromptTokens prompt, CallKey? key, CancellationToken cancellationToken)
    {
        CallBooking booking = Session.BookCall(request.Stage, prompt.Count, options.MaxOutputTokens ?? 0);
        long start = Session.Time.GetTimestamp();
        var reply = new ReplyCollector();
        CallDoneEvent cost;
        try
        {
            await CollectAsync(request, messages, options, reply, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Settle(booking, cost = Cost(request.Stage, prompt, reply, start), reply.Complete);
        }

        await CommitAsync(key, cost, () => CallResult.Write(reply)).ConfigureAwait(false);
        return (reply, cost.PromptTokens, cost.GeneratedTokens);
    }

    /// <summary>Writes a call down that was made: paid for, whatever comes next.</summary>
    private async ValueTask CommitAsync(CallKey? key, CallDoneEvent cost, Func<byte[]> result)
    {
        if (key is { } made)
        {
            var call = new JournalledCall(cost.Stage, cost.Verb, result(), cost.PromptTokens, cost.CachedTokens, cost.GeneratedTokens, cost.Seconds);
            await Session.Journal!.CommitAsync(made, call, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private string Hash(List<ChatMessage> messages, ChatOptions options)
    {
        using var hash = CallHash.Of("Ask", Model);
        hash.Add(messages, options);
        return hash.Done();
    }

    private async Task CollectAsync(AskRequest request, List<ChatMessage> messages, ChatOptions options, ReplyCollector reply, CancellationToken cancellationToken)
    {
        if (!request.Stream)
        {
            reply.Add(await Model.Client.GetResponseAsync(messages, options, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false));
            return;
        }

        IAsyncEnumerator<ChatResponseUpdate> updates = Model.Client.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        Task<bool> next = Task.FromResult(true);
        try
        {
            while (await (next = updates.MoveNextAsync().AsTask()).WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                string text = reply.Add(updates.Current);
                if (text.Length > 0)
                {
                    Session.Emit(new TokenDeltaEvent(text));
                }
            }

            reply.End();
        }
        finally
        {
            // A stream that hangs in MoveNextAsync must not be disposed under its own feet, and holds what it holds until it is disposed.
            if (next.IsCompleted)
            {
                await updates.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                _ = DisposeWhenBackAsync(next, updates);
            }
        }
    }

    private static async Task DisposeWhenBackAsync(Task<bool> next, IAsyncEnumerator<ChatResponseUpdate> updates)
    {
        await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await updates.DisposeAsync().ConfigureAwait(false);
    }

    private void Settle(CallBooking booking, CallDoneEvent cost, bool done)
    {
        if (done)
        {
            Session.CallDone(booking, cost);
        }
        else
        {
            Session.CallFailed(booking, cost);
        }
    }

    /// <summary>What leaves the door as a failed call; a cancellation that nobody here asked for is one.</summary>
    private static bool IsFailure(Exception e, CancellationToken cancellationToken) =>
        e is ModelCallException || (e is OperationCanceledException ? !cancellationToken.IsCancellationRequested : e is not AgenticException);

    private static ModelCallException Failure(Exception e, string sentence, int attempts, string? lastReply)
    {
        var failed = e as ModelCallException;
        return new ModelCallException(sentence, failed?.Hint, e)
        {
            Attempts = attempts,
            LastOutput = lastReply ?? failed?.LastOutput,
            Transient = failed?.Transient ?? false,
            RetryAfter = failed?.RetryAfter,
        };
    }

    private async Task<Choice> ChooseInWordsAsync(ChooseRequest request, CancellationToken cancellationToken)
    {
        Agent agent = request.Agent with
        {
            Card = request.Agent.Card with { ReplyStart = "", AllowTruncated = true },
            Prompt = request.Agent.Prompt.Followed(OptionLabels.Question(request.Candidates)),
        };
        AgentReply reply = await AskAsync(
            new AskRequest
            {
                Stage = request.Stage,
                Agent = agent,
                Variables = request.Variables,
                MaxOutput = 8,
                Refuse = text => OptionLabels.Find(text, request.Candidates) < 0 ? "The reply named no option." : null,
            },
            cancellationToken).ConfigureAwait(false);
        return new Choice(OptionLabels.Find(reply.Text, request.Candidates), []);
    }

    private ChatOptions OptionsFor(AskRequest request, PromptTokens prompt, string replyStart, int limit, int refusals)
    {
        AgentCard card = request.Agent.Card;
        bool constrained = request.Format is not null && Model.Constrains;
        var extra = new AdditionalPropertiesDictionary();
        if (request.Priority == RequestPriority.Batch)
        {
            extra[SamplingKeys.Priority] = "batch"; // a word, whatever the client does with keys that it does not know
        }

        if (prompt.Ids is not null)
        {
            extra[PromptTokens.OptionKey] = prompt;
        }

        if (replyStart.Length > 0)
        {
            extra[SamplingKeys.ReplyStart] = replyStart;
        }

        if (card.RepetitionPenalty is { } penalty)
        {
            extra[SamplingKeys.RepetitionPenalty] = penalty;
        }

        if (constrained)
        {
            extra[SamplingKeys.CloseAtLimit] = true;
        }

        return new ChatOptions
        {
            ResponseFormat = constrained ? ChatResponseFormat.ForJsonSchema(request.Format!.Schema) : null,
            Temperature = _options.Temperature ?? card.Temperature,
            TopP = card.TopP,
            Seed = _options.Seed + refusals,
            MaxOutputTokens = limit,
            StopSequences = card.Stop.Count > 0 ? [.. card.Stop] : null,
            AdditionalProperties = extra,
        };
    }

    private CallDoneEvent Cost(string stage, PromptTokens prompt, ReplyCollector reply, long start)
    {
        // Reported usage is taken where it can be true; our own count stands in for missing and impossible figures.
        long prompted = Model.Counter.IsExact || reply.Usage?.InputTokenCount is not > 0 ? prompt.Count : reply.Usage.InputTokenCount.Value;
        long cached = Math.Clamp(reply.Usage?.CachedInputTokenCount ?? 0, 0, prompted);
        long generated = reply.Usage?.OutputTokenCount is { } reported && reported >= 0 && (reported > 0 || reply.Text.Length == 0)
            ? reported
            : Model.Counter.CountText(reply.Text);
        return new CallDoneEvent(stage, "Ask", prompted, cached, generated, Session.Time.GetElapsedTime(start).TotalSeconds);
    }

    private void RequireWindow(string stage, int prompt, int reply)
    {
        // The plan left safety free; texts that count more when joined may use it up here.
        long needed = (long)prompt + reply;
        if (needed > Model.Window)
        {
            throw new BudgetException(
                string.Create(CultureInfo.InvariantCulture, $"A call in stage {stage} needs {needed:N0} tokens (prompt {prompt:N0} + reply {reply:N0}) and the window has {Model.Window:N0}."),
                needed,
                Model.Window,
                "Use a larger window, a shorter question or a shorter reply (--max-tokens).");
        }
    }

    private void Retry(AskRequest request, int attempt, string reason)
    {
        Session.Emit(new RetryEvent(request.Stage, attempt, reason));
        if (request.Stream)
        {
            Session.Emit(new AnswerRestartedEvent(reason));
        }
    }

    private static string? ReplyStart(Agent agent, string? own)
    {
        string start = own ?? agent.Card.ReplyStart;
        return start.Length > 0 ? start : null;
    }

    private static List<ChatMessage> Messages(Agent agent, IReadOnlyDictionary<string, object?> variables, string? correction)
    {
        var messages = new List<ChatMessage>(2);
        if (agent.Card.Role.Length > 0)
        {
            messages.Add(new ChatMessage(ChatRole.System, agent.Card.Role));
        }

        string prompt = agent.Prompt.Render(variables);
        messages.Add(new ChatMessage(ChatRole.User, correction is null ? prompt : $"{prompt}\n\nA first reply was not accepted: {correction}"));
        return messages;
    }
}
