namespace Agentic.Remote;

/// <summary>What is known of a remote model: what the options say, and the speed of the streams so far.</summary>
internal sealed class RemoteModelProfile(RemoteModelOptions options) : IModelProfile
{
    private readonly Lock gate = new();
    private double? prefill;
    private double? decode;

    public string Name { get; } = options.Model!;

    public string WeightsId { get; } = $"{options.Endpoint}#{options.Model}";

    public int Window { get; } = options.Window;

    public int Capacity { get; } = options.Capacity;

    public long? Parameters => null;

    public double? PrefillTokensPerSecond
    {
        get
        {
            lock (gate)
            {
                return prefill;
            }
        }
    }

    public double? DecodeTokensPerSecond
    {
        get
        {
            lock (gate)
            {
                return decode;
            }
        }
    }

    /// <summary>Learns from a finished stream; the mean leans towards recent calls.</summary>
    public void Measured(long? input, TimeSpan toFirst, long? output, TimeSpan afterFirst)
    {
        lock (gate)
        {
            prefill = Blend(prefill, input, toFirst);
            decode = Blend(decode, output - 1, afterFirst);
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
