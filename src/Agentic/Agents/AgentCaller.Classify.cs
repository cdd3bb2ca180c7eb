namespace Agentic.Agents;

/// <content>Decisions made of other verbs.</content>
public sealed partial class AgentCaller
{
    private static readonly string[] s_classifierVariables = ["question", "labels", "text"];
    private static readonly Lazy<Agent> s_classifier = new(() => AgentLibrary.BuiltIn.Load("classifier", s_classifierVariables));

    /// <summary>Puts a text into a class: Choose between the labels as replies to a prompt that lists them.</summary>
    /// <exception cref="ArgumentException">There are fewer than two labels, or one is empty or twice there.</exception>
    /// <exception cref="BudgetException">It does not fit the window, or a cap is reached.</exception>
    /// <exception cref="ModelCallException">The call failed after all retries.</exception>
    public async Task<Classification> ClassifyAsync(ClassifyRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        string[] names = [.. request.Labels.Select(label => label.Name)];
        if (names.Length < 2 || names.Any(string.IsNullOrWhiteSpace) || names.Distinct(StringComparer.Ordinal).Count() < names.Length)
        {
            throw new ArgumentException("A classification needs at least two labels, none empty and none twice.", nameof(request));
        }

        Choice choice = await ChooseAsync(
            new ChooseRequest
            {
                Stage = request.Stage,
                Agent = request.Agent ?? s_classifier.Value,
                Variables = Variables(request, request.Text),
                Candidates = Model.CanScore ? [.. names.Select(name => " " + name)] : names,
                ContentFree = request.ContentFree is { } nothing ? Variables(request, nothing) : null,
            },
            cancellationToken).ConfigureAwait(false);
        return new Classification(request.Labels[choice.Index], choice.Scores.Count == 0 ? [] : choice.Probabilities());
    }

    /// <summary>
    /// Which passages an answer stands on: how much its mean log-probability a token falls when each passage is left out (leave-one-out attribution). All
    /// prompts are scored as one call; what they share is computed once.
    /// </summary>
    /// <param name="stage">Stage of the run it belongs to.</param>
    /// <param name="agent">The agent whose reply the answer is.</param>
    /// <param name="passages">The passages; at least one.</param>
    /// <param name="variables">Fills in the agent's prompt for passages, all or all but one.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>For each passage the fall in nats a token: positive = it speaks for the answer, about 0 = not needed, negative = the answer is likelier without it.</returns>
    /// <exception cref="NotSupportedException">The client cannot score.</exception>
    /// <exception cref="BudgetException">It does not fit the window, or a cap is reached.</exception>
    /// <exception cref="ModelCallException">The call failed after all retries.</exception>
    public async Task<IReadOnlyList<double>> LeaveOneOutAsync(
        string stage, Agent agent, IReadOnlyList<string> passages, Func<IReadOnlyList<string>, IReadOnlyDictionary<string, object?>> variables, string answer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentNullException.ThrowIfNull(variables);
        ArgumentOutOfRangeException.ThrowIfZero(passages.Count, nameof(passages));
        ArgumentException.ThrowIfNullOrWhiteSpace(answer);
        if (Model.ScoringTokens is not { } tokens)
        {
            throw new NotSupportedException($"The stage {stage} asks for scores, and this model's client does not offer them.");
        }

        IReadOnlyList<int>[] candidates = [tokens.Encode(answer)];
        IEnumerable<IReadOnlyList<string>> sets = Enumerable.Range(0, passages.Count).Select(i => (IReadOnlyList<string>)[.. passages.Where((_, at) => at != i)]).Prepend(passages);
        ScoringRequest[] requests = [.. sets.Select(set => new ScoringRequest(Ids(agent, variables(set)), candidates))];
        foreach (ScoringRequest request in requests)
        {
            RequireWindow(stage, request.Context.Count, candidates[0].Count);
        }

        IReadOnlyList<ScoringResult> results = await ScoreAsync(stage, requests, cancellationToken).ConfigureAwait(false);
        return [.. results.Skip(1).Select(without => results[0].Mean(0) - without.Mean(0))];
    }

    private static Dictionary<string, object?> Variables(ClassifyRequest request, string text) => new(StringComparer.Ordinal)
    {
        ["question"] = request.Question,
        ["labels"] = string.Join('\n', request.Labels.Select(label => label.Description is { } description ? $"- {label.Name}: {description}" : $"- {label.Name}")),
        ["text"] = text,
    };
}
