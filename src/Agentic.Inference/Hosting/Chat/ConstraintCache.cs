using System.Runtime.CompilerServices;
using Agentic.Inference.Constraints;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Hosting.Chat;

/// <summary>Constraints compiled for a tokenizer; those used last are kept. Thread-safe.</summary>
/// <param name="capacity">Most constraints kept.</param>
internal sealed class ConstraintCache(int capacity)
{
    private const int Kept = 64;
    private static readonly ConditionalWeakTable<Tokenizer, ConstraintCache> Caches = [];
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);

    // The one used last comes first.
    private readonly LinkedList<Entry> _order = [];

    /// <summary>The constraint of a key for a tokenizer, compiled when it is not kept.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="key">All that <paramref name="compile"/> depends on.</param>
    /// <param name="compile">Makes the constraint. Callers of one key at the same time wait for one of them; what it throws is thrown to all of them and not kept.</param>
    public static TokenConstraint Get(Tokenizer tokenizer, string key, Func<TokenConstraint> compile) =>
        Caches.GetValue(tokenizer, _ => new ConstraintCache(Kept)).Get(key, compile);

    /// <inheritdoc cref="Get(Tokenizer, string, Func{TokenConstraint})"/>
    public TokenConstraint Get(string key, Func<TokenConstraint> compile)
    {
        LinkedListNode<Entry> node = Find(key, compile);
        try
        {
            return node.Value.Constraint.Value;
        }
        catch
        {
            lock (_lock)
            {
                Remove(node);
            }

            throw;
        }
    }

    private LinkedListNode<Entry> Find(string key, Func<TokenConstraint> compile)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out LinkedListNode<Entry>? node))
            {
                _order.Remove(node);
            }
            else
            {
                node = new(new(key, new(compile, LazyThreadSafetyMode.ExecutionAndPublication)));
                _entries.Add(key, node);
            }

            _order.AddFirst(node);
            if (_entries.Count > capacity)
            {
                Remove(_order.Last!);
            }

            return node;
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        // It may have been removed, and even made anew, in the meantime.
        if (ReferenceEquals(node.List, _order))
        {
            _order.Remove(node);
            _entries.Remove(node.Value.Key);
        }
    }

    private sealed record Entry(string Key, Lazy<TokenConstraint> Constraint);
}
