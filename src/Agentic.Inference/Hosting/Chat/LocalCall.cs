using System.Text;
using Agentic.Inference.Hosting.Diagnostics;
using Agentic.Inference.Hosting.Tools;
using Agentic.Inference.Tokenization;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Chat;

/// <summary>One call of the chat client: its request, and the reply as it comes.</summary>
internal sealed class LocalCall
{
    private readonly Tokenizer _tokenizer;
    private readonly string _model;
    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly DateTimeOffset _created;
    private readonly ReplyReader? _reader;
    private readonly List<AIContent> _contents = [];
    private readonly List<TokenLogProbability> _logProbs = [];
    private int _reasoned;

    private LocalCall(GenerationRequest request, ReplyReader? reader, Tokenizer tokenizer, string model, DateTimeOffset created)
    {
        Request = request;
        _reader = reader;
        _tokenizer = tokenizer;
        _model = model;
        _created = created;
    }

    public GenerationRequest Request { get; }

    public GenerationEnd? End { get; private set; }

    public string Id => _id;

    /// <summary>The model's name.</summary>
    public string Model => _model;

    /// <summary>The options that the caller gave.</summary>
    public ChatOptions? Options { get; private init; }

    /// <summary>Renders the prompt, or takes the ids that the caller counted.</summary>
    public static LocalCall Prepare(LocalTokenCounter counter, IEnumerable<ChatMessage> messages, ChatOptions? options, string model)
    {
        GenerationRequest request = OptionsMapper.Map(options, model);
        IReadOnlyList<int> prompt = options?.AdditionalProperties?.GetValueOrDefault(PromptTokens.OptionKey) switch
        {
            PromptTokens { Ids: { } ids } => ids,
            null or PromptTokens => counter.Render(messages, options),
            _ => throw new ConfigurationException($"The option {PromptTokens.OptionKey} must be what CountPrompt returned."),
        };
        var plan = ReplyPlan.Create(options, counter, prompt);
        request = request with
        {
            Operation = GenAiTags.Chat,
            Prompt = prompt,
            Constraint = plan.Constraint ?? ReplyForm.Constraint(options, counter.Tokenizer),
            CloseAtLimit = ReplyForm.ClosesAtLimit(options),
            ShownTokens = plan.Shown,
        };
        return new LocalCall(request, plan.Reader, counter.Tokenizer, model, counter.Now) { Options = options };
    }

    /// <summary>Tokens drawn while the model was thinking.</summary>
    public int ReasoningTokens => _reasoned;

    /// <summary>Why the reply ended: with calls of tools, because of them.</summary>
    public ChatFinishReason Reason => End!.Cause != FinishCause.Stop ? ChatFinishReason.Length
        : _reader?.HasCalls == true ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;

    /// <summary>The update that says that the call was taken.</summary>
    public ChatResponseUpdate First() => Update([]);

    /// <summary>Takes a piece; null when it has nothing to show.</summary>
    public ChatResponseUpdate? Add(GenerationUpdate piece)
    {
        _reasoned += _reader?.IsThinking == true && piece.Token is not null ? 1 : 0;
        List<AIContent> contents = [.. _reader?.Append(piece.Text) ?? (piece.Text.Length > 0 ? [new TextContent(piece.Text)] : [])];
        TokenLogProbability? logProb = piece.Token is { Top: { } top } token ? LogProb(token.Token, token.LogProb, top) : null;
        if (logProb is not null)
        {
            _logProbs.Add(logProb);
        }

        End = piece.End ?? End;
        if (piece.End is { Cause: var cause })
        {
            contents.AddRange(_reader?.Finish(cut: cause != FinishCause.Stop) ?? []);
        }

        _contents.AddRange(contents);
        if (contents.Count == 0 && logProb is null && piece.End is null)
        {
            return null;
        }

        ChatResponseUpdate update = Update(contents);
        if (logProb is not null)
        {
            update.AdditionalProperties = new() { [SamplingKeys.TopLogProbs] = (IReadOnlyList<TokenLogProbability>)[logProb] };
        }

        if (piece.End is not null)
        {
            update.FinishReason = Reason;
            update.Contents.Add(new UsageContent(Usage));
        }

        return update;
    }

    public ChatResponse ToResponse() => new(new ChatMessage(ChatRole.Assistant, Joined()) { MessageId = _id, CreatedAt = _created })
    {
        ResponseId = _id,
        ModelId = _model,
        CreatedAt = _created,
        FinishReason = Reason,
        Usage = Usage,
        AdditionalProperties = _logProbs.Count > 0 ? new() { [SamplingKeys.TopLogProbs] = (IReadOnlyList<TokenLogProbability>)_logProbs } : null,
    };

    /// <summary>The contents with neighbouring pieces of text put together.</summary>
    private List<AIContent> Joined()
    {
        var joined = new List<AIContent>();
        var text = new StringBuilder();
        for (int i = 0; i < _contents.Count; i++)
        {
            text.Append(_contents[i] is TextContent said ? said.Text : (_contents[i] as TextReasoningContent)?.Text);
            if (text.Length == 0)
            {
                joined.Add(_contents[i]);
            }
            else if (i + 1 == _contents.Count || _contents[i + 1].GetType() != _contents[i].GetType())
            {
                joined.Add(_contents[i] is TextContent ? new TextContent(text.ToString()) : new TextReasoningContent(text.ToString()));
                text.Clear();
            }
        }

        return joined.Count > 0 ? joined : [new TextContent("")];
    }

    private UsageDetails Usage => new()
    {
        InputTokenCount = End!.PromptTokens,
        CachedInputTokenCount = End.CachedTokens,
        OutputTokenCount = End.GeneratedTokens,
        TotalTokenCount = End.PromptTokens + End.GeneratedTokens,
        ReasoningTokenCount = _reasoned > 0 ? _reasoned : null,
        AdditionalCounts = End.DraftedTokens == 0 ? null : new() { [UsageKeys.DraftedTokens] = End.DraftedTokens, [UsageKeys.AcceptedTokens] = End.AcceptedTokens },
    };

    private ChatResponseUpdate Update(List<AIContent> contents) => new(ChatRole.Assistant, contents)
    {
        MessageId = _id,
        ResponseId = _id,
        ModelId = _model,
        CreatedAt = _created,
    };

    private TokenLogProbability LogProb(int id, float logProb, IReadOnlyList<(int Token, float LogProb)> top) =>
        new(_tokenizer.Decode([id]), id, logProb, [.. top.Select(other => new TokenLogProbability(_tokenizer.Decode([other.Token]), other.Token, other.LogProb, []))]);
}
