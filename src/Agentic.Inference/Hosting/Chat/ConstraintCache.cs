using System.Runtime.CompilerServices;
using Agentic.Inference.Constraints;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Hosting.Chat;

/// <summary>Constraints that were compiled for a tokenizer, by what they were made of. Thread-safe.</summary>
internal static class ConstraintCache
{
    private const int Kept = 64;
    private static readonly ConditionalWeakTable<Tokenizer, Dictionary<string, TokenConstraint>> Compiled = [];

    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="key">All that <paramref name="compile"/> depends on.</param>
    /// <param name="compile">Makes what is not there yet; may run more than once.</param>
    public static TokenConstraint Get(Tokenizer tokenizer, string key, Func<TokenConstraint> compile)
    {
        Dictionary<string, TokenConstraint> kept = Compiled.GetOrCreateValue(tokenizer);
        lock (kept)
        {
            if (kept.TryGetValue(key, out TokenConstraint? known))
            {
                return known;
            }
        }

        TokenConstraint constraint = compile();
        lock (kept)
        {
            if (kept.Count >= Kept)
            {
                kept.Clear();
            }

            kept[key] = constraint;
        }

        return constraint;
    }
}
