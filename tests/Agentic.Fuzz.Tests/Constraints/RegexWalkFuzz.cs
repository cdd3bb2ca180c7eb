using System.Text;
using System.Text.RegularExpressions;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.RegularExpressions;
using Agentic.Inference.Gguf;
using Agentic.Inference.Tokenization;
using Xunit;

namespace Agentic.Fuzz.Tests.Constraints;

/// <summary>What is drawn from random logits under a random pattern matches it, as .NET judges.</summary>
public class RegexWalkFuzz
{
    private const int Walks = 6;

    [Fact]
    public void Walk_RandomPatterns_DotNetAgrees()
    {
        using GgufFile file = GgufFile.Open(Repository.Golden("tiny", "llama.gguf"));
        var vocabulary = Tokenizer.FromGguf(file);
        int refused = new Campaign<(string Pattern, int Seed)>("walks", 2_000)
        {
            Make = random => (Patterns.Make(random), random.Next()),
            Run = input =>
            {
                // There a negated class takes half a surrogate pair.
                string pattern = input.Pattern.Replace(Patterns.Negated, "(?:[^a-z\\n\\r\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff])", StringComparison.Ordinal);
                var judge = new Regex($"\\A(?:{pattern})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
                var constraint = TokenConstraint.Compile(new Grammar(RegularExpression.Whole(input.Pattern).Node), vocabulary);
                var random = new Random(input.Seed);
                for (int i = 0; i < Walks; i++)
                {
                    string text = Encoding.UTF8.GetString(RandomWalk.Take(constraint, random, 20));
                    Assert.True(judge.IsMatch(text), $"'{text}' was drawn");
                }
            },
            Refuses = error => error is NotSupportedException, // .NET's own bound on automata
            MaxAllocated = 256L << 20,
            Show = input => input.Pattern,
        }.Execute();
        Assert.InRange(refused, 0, 20);
    }
}
