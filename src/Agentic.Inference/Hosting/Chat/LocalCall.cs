using System.Text;
using Agentic.Inference.Hosting.Diagnostics;
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
    private readonly StringBuilder _text = new();
    private readonly List<TokenLogProbability> _logProbs = [];

    private LocalCall(GenerationRequest request, Tokenizer tokenizer, string model, DateTimeOffset created)
    {
        Request = request;
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
        string? replyStart = options?.AdditionalProperties?.GetValueOrDefault(SamplingKeys.ReplyStart) switch
        {
            null => null,
            string text => text,
            _ => throw new ConfigurationException($"The option {SamplingKeys.ReplyStart} must be a text."),
        };
        IReadOnlyList<int> prompt = options?.AdditionalProperties?.GetValueOrDefault(PromptTokens.OptionKey) switch
        {
            PromptTokens { Ids: { } ids } => ids,
            null or PromptTokens => counter.Render(MessageMapper.Map(messages, options?.Instructions), replyStart),
            _ => throw new ConfigurationException($"The option {PromptTokens.OptionKey} must be what CountPrompt returned."),
        };
        return new LocalCall(request with { Operation = GenAiTags.Chat, Prompt = prompt, Constraint = JsonReply.Constraint(options, counter.Tokenizer), CloseAtLimit = JsonReply.ClosesAtLimit(options) }, counter.Tokenizer, model, counter.Now) { Options = options };
    }

    /// <summary>The update that says that the call was taken.</summary>
    public ChatResponseUpdate First() => Update("");

    /// <summary>Takes a piece; null when it has nothing to show.</summary>
    public ChatResponseUpdate? Add(GenerationUpdate piece)
    {
        _text.Append(piece.Text);
        TokenLogProbability? logProb = piece.Token is { Top: { } top } token ? LogProb(token.Token, token.LogProb, top) : null;
        if (logProb is not null)
        {
            _logProbs.Add(logProb);
        }

        End = piece.End ?? End;
        if (piece.Text.Length == 0 && logProb is null && piece.End is null)
        {
            return null;
        }

        ChatResponseUpdate update = Update(piece.Text);
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

    public ChatResponse ToResponse() => new(new ChatMessage(ChatRole.Assistant, _text.ToString()) { MessageId = _id, CreatedAt = _created })
    {
        ResponseId = _id,
        ModelId = _model,
        CreatedAt = _created,
        FinishReason = Reason,
        Usage = Usage,
        AdditionalProperties = _logProbs.Count > 0 ? new() { [SamplingKeys.TopLogProbs] = (IReadOnlyList<TokenLogProbability>)_logProbs } : null,
    };

    public ChatFinishReason Reason => End!.Cause == FinishCause.Stop ? ChatFinishReason.Stop : ChatFinishReason.Length;

    private UsageDetails Usage => new()
    {
        InputTokenCount = End!.PromptTokens,
        CachedInputTokenCount = End.CachedTokens,
        OutputTokenCount = End.GeneratedTokens,
        TotalTokenCount = End.PromptTokens + End.GeneratedTokens,
    };

    private ChatResponseUpdate Update(string text) => new(ChatRole.Assistant, text)
    {
        MessageId = _id,
        ResponseId = _id,
        ModelId = _model,
        CreatedAt = _created,
    };

    private TokenLogProbability LogProb(int id, float logProb, IReadOnlyList<(int Token, float LogProb)> top) =>
        new(_tokenizer.Decode([id]), id, logProb, [.. top.Select(other => new TokenLogProbability(_tokenizer.Decode([other.Token]), other.Token, other.LogProb, []))]);
}
