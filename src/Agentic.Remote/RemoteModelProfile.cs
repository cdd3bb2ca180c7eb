namespace Agentic.Remote;

/// <summary>What is known of a remote model: what the options say, and the speed of the streams so far.</summary>
internal sealed class RemoteModelProfile(RemoteModelOptions options) : IModelProfile
{
    private readonly Lock _gate = new();
    private double? _prefill;
    private double? _decode;

    public string Name { get; } = options.Model!;

    public string WeightsId { get; } = $"{RemoteFailure.Address(options.Endpoint!)}#{options.Model}";

    public int Window { get; } = options.Window;

    public int Capacity { get; } = options.Capacity;

    public long? Parameters => null;

    public double? PrefillTokensPerSecond
    {
        get
        {
            lock (_gate)
            {
                return _prefill;
            }
        }
    }

    public double? DecodeTokensPerSecond
    {
        get
        {
            lock (_gate)
            {
                return _decode;
            }
        }
    }

    /// <summary>Learns from a finished stream; the mean leans towards recent calls.</summary>
    public void Measured(long? input, TimeSpan toFirst, long? output, TimeSpan afterFirst)
    {
        lock (_gate)
        {
            _prefill = Blend(_prefill, input, toFirst);
            _decode = Blend(_decode, output - 1, afterFirst);
        }
    }

    private static double? Blend(double? mean, long? tokens, TimeSpan time)
    {
        if (tokens is not > 0 || time <= TimeSpan.Zero)
        {
            return mean;
        }
        var speed = tokens.Value / time.TotalSeconds;
        return mean is { } old ? (0.7 * old) + (0.3 * speed) : speed;
    }
}
