namespace Agentic.Inference.Hosting.Diagnostics;

/// <summary>What an engine has done so far and how it stands. Written by the engine's thread between steps; safe to read from any thread.</summary>
internal sealed class EngineAccount
{
    private readonly long[] _values = new long[Enum.GetValues<EngineQuantity>().Length];

    /// <summary>A number of the account.</summary>
    public long this[EngineQuantity quantity]
    {
        get => Volatile.Read(ref _values[(int)quantity]);
        set => Volatile.Write(ref _values[(int)quantity], value);
    }

    /// <summary>Adds to a number, from any thread.</summary>
    public void Add(EngineQuantity quantity, long amount) => Interlocked.Add(ref _values[(int)quantity], amount);
}

/// <summary>The numbers of an account.</summary>
internal enum EngineQuantity
{
    /// <summary>Requests that wait now.</summary>
    Waiting,

    /// <summary>Requests in work now.</summary>
    Running,

    /// <summary>Pages that are empty now.</summary>
    FreePages,

    /// <summary>Pages that nobody owns now, but that can be found by what they hold.</summary>
    CachedPages,

    /// <summary>Pages that requests, sessions or pinned prefixes own now.</summary>
    UsedPages,

    /// <summary>Pages of the pool.</summary>
    TotalPages,

    /// <summary>Prompt rows computed, those computed again after a preemption included.</summary>
    PromptTokens,

    /// <summary>Prompt tokens found in the cache instead.</summary>
    CachedTokens,

    /// <summary>Tokens drawn.</summary>
    GeneratedTokens,

    /// <summary>Times that a request lost its pages to others.</summary>
    Preemptions,

    /// <summary>Times that an idle session lost its pages to others.</summary>
    Evictions,

    /// <summary>Requests refused because too many waited.</summary>
    Refusals,

    /// <summary>Steps run, failed ones included.</summary>
    Steps,
}
