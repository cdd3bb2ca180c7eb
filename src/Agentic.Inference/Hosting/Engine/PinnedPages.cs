using System.Globalization;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>The sequences that keep pages from being given away, all together within a share of the pool: the rest is for requests, whatever is pinned.</summary>
/// <remarks>Belongs to the engine's thread.</remarks>
internal sealed class PinnedPages(EngineContext context, double share)
{
    private readonly Dictionary<KvSequence, int> _booked = [];

    /// <summary>Pages that may be pinned.</summary>
    public int Limit => (int)(context.Cache.TotalPages * share);

    /// <summary>Pages that are pinned, or booked and still to be read; a shared page counts once.</summary>
    public int Count => Held().Count + _booked.Sum(pin => pin.Value - pin.Key.Pages.Length);

    /// <summary>Refuses tokens whose pages would outgrow the share beside what is pinned already.</summary>
    /// <exception cref="BudgetException">They would.</exception>
    public void Check(ReadOnlySpan<int> tokens)
    {
        HashSet<int> held = Held();
        int pinned = Count;
        using KvSequence found = context.Cache.Find(tokens, tokens.Length);
        int more = tokens.Length / KvPageFormat.PageTokens;
        foreach (int page in found.Pages)
        {
            more -= held.Contains(page) ? 1 : 0;
        }

        if (pinned + more > Limit)
        {
            throw new BudgetException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A prefix of {tokens.Length:N0} tokens cannot be kept: {more:N0} more pages would be pinned, {pinned:N0} are, and {Limit:N0} of {context.Cache.TotalPages:N0} may be."),
                (pinned + more) * (long)KvPageFormat.PageTokens, Limit * (long)KvPageFormat.PageTokens,
                "Release a prefix that is kept, keep a shorter one, or give the model more memory for its cache.");
        }
    }

    /// <summary>Pins what a sequence holds and will come to hold.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="pages">Pages that it will have.</param>
    public void Add(KvSequence sequence, int pages) => _booked.Add(sequence, pages);

    /// <summary>The pages of a sequence are given back.</summary>
    public void Release(KvSequence sequence)
    {
        _booked.Remove(sequence);
        sequence.Dispose();
    }

    private HashSet<int> Held()
    {
        var pages = new HashSet<int>();
        foreach (KvSequence sequence in _booked.Keys)
        {
            foreach (int page in sequence.Pages)
            {
                pages.Add(page);
            }
        }

        return pages;
    }
}
