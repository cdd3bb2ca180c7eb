using Agentic.Inference.Hosting.Sessions;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>Sessions that no job works on, in order of their last use. Their pages go before any running job loses its own.</summary>
/// <remarks>Belongs to the engine's thread.</remarks>
internal sealed class IdleSessions(EngineContext context)
{
    private readonly LinkedList<SessionPages> _oldestFirst = [];

    /// <summary>Times that a session lost its pages to others.</summary>
    public long Evictions { get; private set; }

    /// <summary>Takes note of a session that became idle now.</summary>
    public void Add(SessionPages pages)
    {
        Remove(pages);
        pages.Place = _oldestFirst.AddLast(pages);
    }

    /// <summary>The session is used, or gone.</summary>
    public void Remove(SessionPages pages)
    {
        if (pages.Place is { } place)
        {
            _oldestFirst.Remove(place);
            pages.Place = null;
        }
    }

    /// <summary>Takes the pages of the session that has been idle longest.</summary>
    /// <returns>False when there is none.</returns>
    public bool Evict()
    {
        while (_oldestFirst.First is { } oldest)
        {
            bool held = oldest.Value.HoldsPages;
            oldest.Value.GiveUp(context);
            if (held)
            {
                Evictions++;
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes the pages of all.</summary>
    public void EvictAll()
    {
        while (Evict())
        {
        }
    }
}
