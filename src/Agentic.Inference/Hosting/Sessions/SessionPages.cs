using Agentic.Inference.Hosting.Engine;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Hosting.Sessions;

/// <summary>
/// What a session has in the cache. A job borrows it and gives it back; in between it is idle, and anybody who needs room may take it. What a
/// sequence holds is always compared with the tokens wanted: whatever happened in between, a job starts from what is right.
/// </summary>
/// <remarks>Belongs to the engine's thread.</remarks>
internal sealed class SessionPages
{
    private KvSequence? _idle;
    private bool _closed;

    /// <summary>Where it waits among the idle ones; null while it is not there.</summary>
    public LinkedListNode<SessionPages>? Place { get; set; }

    /// <summary>Whether it can give anything to those who need room.</summary>
    public bool HoldsPages => _idle is { Pages.Length: > 0 };

    /// <summary>A sequence that holds the beginning of these tokens, as far as it is still there. The borrower owns it.</summary>
    /// <param name="context">The engine.</param>
    /// <param name="tokens">The tokens wanted.</param>
    /// <param name="most">Most tokens to hold.</param>
    public KvSequence Borrow(EngineContext context, ReadOnlySpan<int> tokens, int most)
    {
        context.Idle.Remove(this);
        KvSequence sequence = _idle ?? context.Cache.Create();
        _idle = null;
        sequence.Truncate(Math.Min(most, sequence.Tokens.CommonPrefixLength(tokens)));
        return sequence;
    }

    /// <summary>A copy of what is held of these tokens; nothing of it is given up.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="tokens">The tokens wanted.</param>
    /// <param name="most">Most tokens to hold.</param>
    public KvSequence Copy(PagedKvCache cache, ReadOnlySpan<int> tokens, int most)
    {
        if (_idle is null)
        {
            return cache.Create();
        }

        KvSequence sequence = _idle.Fork();
        sequence.Truncate(Math.Min(most, sequence.Tokens.CommonPrefixLength(tokens)));
        return sequence;
    }

    /// <summary>Takes back what was borrowed, or anything else that holds a beginning of the session's tokens.</summary>
    public void Return(EngineContext context, KvSequence sequence)
    {
        if (_closed || sequence.IsDisposed)
        {
            sequence.Dispose();
            return;
        }

        _idle?.Dispose();
        _idle = sequence;
        context.Idle.Add(this);
    }

    /// <summary>Gives back pages from a length on.</summary>
    public void Truncate(int length) => _idle?.Truncate(Math.Min(length, _idle.Length));

    /// <summary>Gives all pages back; full ones can be found until others need the room.</summary>
    public void GiveUp(EngineContext context)
    {
        context.Idle.Remove(this);
        _idle?.Dispose();
        _idle = null;
    }

    /// <summary>Gives all pages back, also those that a job still has, when it returns them.</summary>
    public void Close(EngineContext context)
    {
        _closed = true;
        GiveUp(context);
    }
}
