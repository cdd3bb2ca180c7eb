using System.Globalization;

namespace Agentic.Inference.Hosting;

/// <summary>Too many requests wait for the model already. Nothing was begun; <see cref="ModelCallException.RetryAfter"/> says when to try again, from how fast requests come to their end now.</summary>
public sealed class HostOverloadedException : ModelCallException
{
    /// <summary>Creates the error.</summary>
    /// <param name="queued">Requests that wait.</param>
    /// <param name="retryAfter">When to try again.</param>
    public HostOverloadedException(int queued, TimeSpan retryAfter)
        : base(
            string.Create(CultureInfo.InvariantCulture, $"The model is busy: {queued:N0} requests wait already."),
            string.Create(CultureInfo.InvariantCulture, $"Try again in about {retryAfter.TotalSeconds:N0} s, or send fewer requests at once."))
    {
        Queued = queued;
        RetryAfter = retryAfter;
        Transient = true;
    }

    /// <summary>Requests that waited when this one was refused.</summary>
    public int Queued { get; }

    /// <inheritdoc/>
    public override string Code => "host-overloaded";
}
