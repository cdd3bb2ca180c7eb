using System.Diagnostics;

namespace Agentic.Inference.Hosting.Diagnostics;

/// <summary>Times one call of a client, while somebody listens.</summary>
/// <remarks>Used by one caller at a time.</remarks>
internal sealed class ClientMeter
{
    private readonly Instruments _instruments;
    private readonly TimeProvider _time;
    private readonly string _operation;
    private readonly string _model;
    private readonly long _start;
    private long _last;

    public ClientMeter(Instruments instruments, TimeProvider time, string operation, string model)
    {
        _instruments = instruments;
        _time = time;
        _operation = operation;
        _model = model;
        _start = _time.GetTimestamp();
    }

    /// <summary>Time to the first chunk, once there was one.</summary>
    public TimeSpan? ToFirstChunk { get; private set; }

    /// <summary>A chunk of a stream arrived.</summary>
    public void Chunk()
    {
        long now = _time.GetTimestamp();
        if (ToFirstChunk is null)
        {
            ToFirstChunk = _time.GetElapsedTime(_start, now);
            _instruments.FirstChunk.Record(ToFirstChunk.Value.TotalSeconds, Tags(null));
        }
        else if (_instruments.NextChunk.Enabled)
        {
            _instruments.NextChunk.Record(_time.GetElapsedTime(_last, now).TotalSeconds, Tags(null));
        }

        _last = now;
    }

    /// <summary>The call has ended.</summary>
    /// <param name="failure">Why it failed; null after success.</param>
    /// <param name="input">Tokens read; null when unknown.</param>
    /// <param name="output">Tokens generated; null when unknown.</param>
    public void End(Exception? failure, long? input, long? output)
    {
        if (_instruments.OperationDuration.Enabled)
        {
            _instruments.OperationDuration.Record(_time.GetElapsedTime(_start).TotalSeconds, Tags(failure?.GetType().FullName));
        }

        Use(input, "input");
        Use(output, "output");
    }

    private void Use(long? tokens, string type)
    {
        if (tokens is { } count && _instruments.TokenUsage.Enabled)
        {
            TagList tags = Tags(null);
            tags.Add(GenAiTags.TokenType, type);
            _instruments.TokenUsage.Record(count, tags);
        }
    }

    private TagList Tags(string? error)
    {
        var tags = new TagList
        {
            { GenAiTags.OperationName, _operation },
            { GenAiTags.ProviderName, GenAiTags.Provider },
            { GenAiTags.RequestModel, _model },
            { GenAiTags.ResponseModel, _model },
        };
        if (error is not null)
        {
            tags.Add(GenAiTags.ErrorType, error);
        }

        return tags;
    }
}
