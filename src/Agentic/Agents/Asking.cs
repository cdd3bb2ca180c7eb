using Agentic.Runs;

namespace Agentic.Agents;

/// <summary>One question while it is asked again and again: how often its reply was refused, and which calls of the run its attempts are.</summary>
internal sealed class Asking
{
    private readonly Dictionary<string, CallKey> _keys = new(StringComparer.Ordinal);

    /// <summary>Replies that were not accepted so far. Failed calls do not count: they are repeated as they were.</summary>
    public int Refusals { get; set; }

    /// <summary>The key of an attempt. The same attempt repeated is the same call.</summary>
    public CallKey Key(RunSession session, string hash)
    {
        if (!_keys.TryGetValue(hash, out CallKey key))
        {
            _keys[hash] = key = session.KeyOf(hash);
        }

        return key;
    }
}
