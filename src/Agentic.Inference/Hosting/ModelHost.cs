using System.Globalization;
using System.Runtime.CompilerServices;
using Agentic.Inference.ChatTemplates;
using Agentic.Inference.Gguf;
using Agentic.Inference.Hosting.Diagnostics;
using Agentic.Inference.Hosting.Engine;
using Agentic.Inference.Hosting.Scoring;
using Agentic.Inference.Hosting.Sessions;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Hosting;

/// <summary>
/// A loaded model with the one thread that computes. Requests from any number of callers share its steps: a row of every running reply and
/// prompt rows, as many as end in time. A prompt that begins like one read before, or like one that is being read, takes over its pages. When
/// the cache is full, the last request in rank gives up its pages and goes on later, with the same result. Hosts of the same file, backend and mode
/// share its weights in memory; all else is their own.
/// </summary>
/// <remarks>Thread-safe. On a CPU a request's result does not depend on what else runs. A failed step fails the requests in it; the host goes on.</remarks>
public sealed class ModelHost : IDisposable
{
    private readonly EngineMeter _meter;

    private ModelHost(LanguageModel model, Tokenizer tokenizer, ChatTemplateSource template, HostOptions options, Action<StepPlan>? run)
    {
        Model = model;
        Tokenizer = tokenizer;
        TemplateSource = template;
        Options = options;
        _meter = new EngineMeter(options, System.IO.Path.GetFileNameWithoutExtension(model.Path));
        Engine = new EngineLoop(new EngineContext(model, options), options, _meter, run);
    }

    /// <summary>The model. Its cache and <see cref="LanguageModel.Run"/> belong to the host's thread.</summary>
    public LanguageModel Model { get; }

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>How the host serves.</summary>
    public HostOptions Options { get; }

    /// <summary>The model's chat template, or the form that <see cref="HostOptions.ChatFormat"/> asks for; ChatML (<see cref="ChatTemplate.IsFallback"/>) when the file has none.</summary>
    /// <exception cref="ChatTemplateException">The file's template cannot be parsed. Generation from token ids works all the same.</exception>
    public ChatTemplate Template => TemplateSource.Template;

    internal ChatTemplateSource TemplateSource { get; }

    internal EngineLoop Engine { get; }

    /// <summary>Raised when the engine has stopped and all requests have given back their pages, before the cache is freed.</summary>
    internal event Action<PagedKvCache>? Stopped;

    /// <summary>Loads a model file.</summary>
    /// <exception cref="ModelException">The file cannot be read, is damaged, or holds what is not supported.</exception>
    /// <exception cref="ConfigurationException">An option is out of range.</exception>
    public static ModelHost Load(string path, ModelOptions? model = null, HostOptions? host = null) => Load(path, model, host, null);

    /// <summary>Generates. The last update carries the end; the ones before bring a token each.</summary>
    /// <param name="request">The prompt and what to do with it.</param>
    /// <param name="cancellationToken">Cancels; ending the enumeration early does the same. Pages are free at the next step.</param>
    /// <exception cref="BudgetException">Prompt and reply do not fit the window.</exception>
    /// <exception cref="ArgumentException">The prompt is empty or names a token that does not exist.</exception>
    /// <exception cref="ConfigurationException">A number of <see cref="GenerationRequest.Sampling"/> has no meaning.</exception>
    /// <exception cref="HostOverloadedException">Too many requests wait already; raised when the enumeration begins.</exception>
    /// <exception cref="ModelCallException">The model failed while computing, or the host was stopped.</exception>
    public IAsyncEnumerable<GenerationUpdate> GenerateAsync(GenerationRequest request, CancellationToken cancellationToken = default) =>
        GenerateAsync(request, null, cancellationToken);

    /// <summary>Generates from a session, whose tokens the prompt is.</summary>
    internal IAsyncEnumerable<GenerationUpdate> GenerateAsync(GenerationRequest request, SessionPages? session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckIds(request.Prompt, nameof(request));
        SamplingCheck.Check(request, Model.Config.VocabularySize);
        if (request.MaxTokens is < 1)
        {
            throw new ArgumentException("A reply must be allowed at least one token.", nameof(request));
        }

        long needed = (long)request.Prompt.Count + (request.MaxTokens ?? 1);
        if (needed > Model.Window)
        {
            throw new BudgetException(
                string.Create(CultureInfo.InvariantCulture, $"A prompt of {request.Prompt.Count:N0} tokens and a reply of {request.MaxTokens ?? 1:N0} do not fit the window of {Model.Window:N0}."),
                needed, Model.Window, "Shorten the prompt, ask for a shorter reply, or use a larger window.");
        }

        return Generate(request, session, cancellationToken);
    }

    /// <summary>Scores continuations. Beginnings that requests or candidates share are computed once.</summary>
    /// <inheritdoc cref="IContinuationScorer.ScoreAsync"/>
    /// <exception cref="HostOverloadedException">Too many requests wait already.</exception>
    public Task<IReadOnlyList<ScoringResult>> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken = default) =>
        ScoreAsync(requests, null, cancellationToken);

    /// <summary>Scores continuations of a session, whose tokens every context is.</summary>
    internal async Task<IReadOnlyList<ScoringResult>> ScoreAsync(IReadOnlyList<ScoringRequest> requests, SessionPages? session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);
        foreach (ScoringRequest request in requests)
        {
            CheckScoring(request);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (requests.All(request => request.Candidates.Count == 0))
        {
            return [.. requests.Select(request => new ScoringResult([], 0, 0))];
        }

        RequestPriority priority = requests.Min(request => request.Priority);
        var job = new ScoringJob(requests, Model.Cache, cancellationToken) { Priority = priority, Session = session };
        return await RunAsync(job, job => job.Result, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Scores texts themselves. Beginnings that they share are computed once.</summary>
    /// <inheritdoc cref="IPromptScorer.ScorePromptsAsync"/>
    public async Task<IReadOnlyList<PromptScore>> ScorePromptsAsync(
        IReadOnlyList<IReadOnlyList<int>> prompts, IReadOnlyList<int>? from = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        var call = new PromptScoring(prompts, from);
        foreach (IReadOnlyList<int> prompt in prompts)
        {
            CheckIds(prompt, nameof(prompts));
        }

        foreach (ScoringRequest request in call.Requests)
        {
            CheckScoring(request, beyond: 1);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (prompts.Count == 0)
        {
            return [];
        }

        var job = new ScoringJob(call.Requests, Model.Cache, cancellationToken, entropies: true);
        return call.Results(await RunAsync(job, job => job.Result, cancellationToken).ConfigureAwait(false), job.Entropies);
    }

    /// <summary>Stops the host, which fails what is in work, and frees the model.</summary>
    public void Dispose()
    {
        if (!Engine.Stop())
        {
            return;
        }

        try
        {
            Stopped?.Invoke(Model.Cache);
        }
        finally
        {
            _meter.Dispose();
            Model.Dispose();
        }
    }

    /// <summary>Loads with another way to run steps, for tests of failures.</summary>
    internal static ModelHost Load(string path, ModelOptions? model, HostOptions? host, Func<LanguageModel, Action<StepPlan>>? run)
    {
        model ??= new ModelOptions();
        host ??= new HostOptions();
        if (!(host.PinnedShare is >= 0 and <= 1))
        {
            throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"The share of the cache that may be pinned must lie between 0 and 1, not at {host.PinnedShare}."));
        }

        using GgufFile file = GgufFile.Open(path);
        Tokenizer tokenizer = Tokenizer.FromGguf(file);
        LanguageModel loaded = LanguageModel.Load(file, model);
        return new ModelHost(loaded, tokenizer, ChatTemplateSource.Read(file, host.ChatFormat), host, run?.Invoke(loaded));
    }

    /// <summary>Runs something on the engine's thread between steps.</summary>
    internal Task<T> RunAsync<T>(Func<EngineContext, T> errand) => Engine.RunAsync(errand);

    /// <summary>Hands a job over and waits for what it brings.</summary>
    internal async Task<TResult> RunAsync<TJob, TResult>(TJob job, Func<TJob, Task<TResult>> result, CancellationToken cancellationToken) where TJob : EngineJob
    {
        cancellationToken.ThrowIfCancellationRequested();
        using CancellationTokenRegistration registration = cancellationToken.Register(() => Cancel(job));
        Engine.Submit(job);
        return await result(job).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<GenerationUpdate> Generate(GenerationRequest request, SessionPages? session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var job = new GenerationJob(request, Tokenizer, Model.Window, Options) { Session = session };
        using CancellationTokenRegistration registration = cancellationToken.Register(() => Cancel(job));
        Engine.Submit(job);
        try
        {
            await foreach (GenerationUpdate update in job.Output.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (job.IsPaused)
                {
                    Engine.Wake();
                }

                yield return update;
            }

            yield return job.Last!;
        }
        finally
        {
            Cancel(job);
        }
    }

    private void Cancel(EngineJob job)
    {
        job.Cancel();
        Engine.Wake();
    }

    /// <param name="request">What is to be scored.</param>
    /// <param name="beyond">Tokens of the candidates that are never computed and need no room.</param>
    private void CheckScoring(ScoringRequest request, int beyond = 0)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckIds(request.Context, nameof(request));
        foreach (IReadOnlyList<int> candidate in request.Candidates)
        {
            CheckIds(candidate, nameof(request));
            long needed = (long)request.Context.Count + candidate.Count - beyond;
            if (needed > Model.Window)
            {
                throw new BudgetException(
                    string.Create(CultureInfo.InvariantCulture, $"A context of {request.Context.Count:N0} tokens and a candidate of {candidate.Count:N0} do not fit the window of {Model.Window:N0}."),
                    needed, Model.Window, "Shorten the context or use a larger window.");
            }
        }
    }

    /// <exception cref="ArgumentException">There are none, or one does not exist.</exception>
    internal void CheckIds(IReadOnlyList<int> ids, string parameter)
    {
        if (ids is not { Count: > 0 })
        {
            throw new ArgumentException("Token ids are missing.", parameter);
        }

        foreach (int id in ids)
        {
            if ((uint)id >= (uint)Model.Config.VocabularySize)
            {
                throw new ArgumentException($"Token {id} does not exist: the vocabulary has {Model.Config.VocabularySize}.", parameter);
            }
        }
    }
}
