using System.Globalization;
using Agentic.Inference.Hosting.Sessions;

namespace Agentic.Inference.Hosting.Probing;

/// <summary>Where a model in this process looks. A context that was read before is not read again: only the query tokens are.</summary>
/// <remarks>
/// Thread-safe; probes share the engine's steps with other requests. It works for every architecture: in a layer with a sliding window, tokens
/// before the window get nothing, and what an attention sink gets is in no slot. A layer costs a second pass over the keys for the query rows.
/// </remarks>
public sealed class LocalAttentionProbe : IAttentionProbe
{
    private readonly ModelHost _host;

    /// <summary>A probe of a running host.</summary>
    public LocalAttentionProbe(ModelHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
    }

    /// <inheritdoc/>
    /// <exception cref="HostOverloadedException">Too many requests wait already.</exception>
    /// <exception cref="ModelCallException">The model failed while computing, or the host was stopped.</exception>
    public Task<AttentionMass> ProbeAsync(AttentionProbeRequest request, CancellationToken cancellationToken = default) => ProbeAsync(request, null, cancellationToken);

    /// <summary>Probes a text that begins with a session's tokens.</summary>
    internal Task<AttentionMass> ProbeAsync(AttentionProbeRequest request, SessionPages? session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        _host.CheckIds(request.Tokens, nameof(request));
        if (request.QueryCount < 1 || request.QueryCount > request.Tokens.Count)
        {
            throw new ArgumentException($"{request.QueryCount} query tokens of {request.Tokens.Count}: at least one is needed, and no more than there are.", nameof(request));
        }

        if (request.TokensPerSlot < 1)
        {
            throw new ArgumentException($"A slot has at least one token, not {request.TokensPerSlot}.", nameof(request));
        }

        if (request.Tokens.Count > _host.Model.Window)
        {
            throw new BudgetException(
                string.Create(CultureInfo.InvariantCulture, $"A text of {request.Tokens.Count:N0} tokens does not fit the window of {_host.Model.Window:N0}."),
                request.Tokens.Count, _host.Model.Window, "Shorten the text or use a larger window.");
        }

        int[] layers = Chosen(request.Layers, _host.Model.Config.BlockCount, "layer", fromEnd: true);
        int[] heads = Chosen(request.Heads, _host.Model.Config.HeadCount, "query head", fromEnd: false);
        var job = new ProbeJob([.. request.Tokens], request.QueryCount, layers, heads, request.TokensPerSlot, cancellationToken) { Session = session };
        return _host.RunAsync(job, job => job.Result, cancellationToken);
    }

    private int[] Chosen(IReadOnlyList<int>? wanted, int count, string what, bool fromEnd)
    {
        if (wanted is null)
        {
            return [.. Enumerable.Range(0, count)];
        }

        int[] chosen = [.. wanted.Select(number => number < 0 && fromEnd ? count + number : number)];
        foreach (int number in chosen)
        {
            if ((uint)number >= (uint)count)
            {
                throw new ArgumentException($"There is no such {what}: {_host.Model.Config.Name} has {count}.", nameof(wanted));
            }
        }

        return chosen.Length > 0 && chosen.Distinct().Count() == chosen.Length
            ? chosen
            : throw new ArgumentException($"At least one {what} is needed, and each once.", nameof(wanted));
    }
}
