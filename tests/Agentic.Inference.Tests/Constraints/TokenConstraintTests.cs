using System.Numerics;
using System.Text;
using System.Text.Json;
using Agentic.Inference.Constraints;
using Agentic.Inference.Hosting;
using Agentic.Inference.Tests.Hosting;
using Agentic.Inference.Tokenization;
using Xunit;

namespace Agentic.Inference.Tests.Constraints;

[Collection(EmbeddedModelTests.Name)]
public sealed class TokenConstraintTests(EmbeddedModel model)
{
    private readonly Tokenizer _tokenizer = model.Client.Host.Tokenizer;

    [Fact]
    public async Task CloseAtLimit_TheShortestWordIsEnormous_IsRefusedWithoutSpellingIt()
    {
        TokenConstraint constraint = TokenConstraint.Compile(new Grammar(GrammarNode.Repeat(GrammarNode.Text("a"), 1_000_000_000)), _tokenizer);
        ConstraintState state = constraint.Start();
        long before = GC.GetTotalAllocatedBytes();

        Assert.False(state.EndsWithin(100));
        await Assert.ThrowsAsync<ConfigurationException>(async () => await model.Client.Host.GenerateAsync(
            new GenerationRequest { Prompt = [1], MaxTokens = 100, Constraint = constraint, CloseAtLimit = true }).FirstAsync());
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64 << 20);
    }

    [Fact]
    public void AllowedBits_RandomFiniteGrammars_ExactlyTheTokensThatContinueAWord()
    {
        var random = new Random(7);
        int checks = 0;
        for (int round = 0; round < 400; round++)
        {
            var rules = new Dictionary<string, GrammarNode>();
            var words = new Dictionary<string, HashSet<string>>();
            for (int i = 0; i < 4; i++)
            {
                (rules[$"r{i}"], words[$"r{i}"]) = Expression(random, i, 3, words);
            }

            HashSet<string> all = words["r3"];
            if (all.Count == 0)
            {
                Assert.Throws<GrammarException>(() => TokenConstraint.Compile(new Grammar("r3", rules), _tokenizer));
                continue;
            }

            ConstraintState state = TokenConstraint.Compile(new Grammar("r3", rules), _tokenizer).Start();
            string text = "";
            while (true)
            {
                int[] expected = Oracle(all, text);
                Assert.Equal(expected, Ids(state.AllowedBits));
                Assert.Equal(all.Contains(text), state.CanEnd);
                Assert.Equal(all.Contains(text) ? 0 : all.Where(word => word.StartsWith(text, StringComparison.Ordinal)).Min(word => word.Length - text.Length), state.BytesToEnd);
                Assert.Contains(text + string.Concat(state.ShortestEnd().Select(id => Encoding.Latin1.GetString(_tokenizer.TokenBytes(id)))), all);
                checks++;
                int token = expected[random.Next(expected.Length)];
                if (_tokenizer.EndTokens.Contains(token))
                {
                    break;
                }

                state.Accept(token);
                text += Encoding.Latin1.GetString(_tokenizer.TokenBytes(token));
            }
        }

        Assert.True(checks > 800, $"{checks} checks");
    }

    [Theory]
    [InlineData("((()))", true)]
    [InlineData("()()(())", true)]
    [InlineData("", true)]
    [InlineData("(()", false)]
    [InlineData("())", null)]
    public void Accept_AmbiguousLeftRecursion_ReadsItsWords(string text, bool? ends)
    {
        GrammarNode self = GrammarNode.Rule("s");
        var grammar = new Grammar("s", new Dictionary<string, GrammarNode>
        {
            ["s"] = GrammarNode.AnyOf(GrammarNode.Sequence(self, self), GrammarNode.Sequence(GrammarNode.Text("("), self, GrammarNode.Text(")")), GrammarNode.Empty),
        });
        ConstraintState state = TokenConstraint.Compile(grammar, _tokenizer).Start();
        Assert.Equal(ends is not null, state.TryAccept(Encoding.UTF8.GetBytes(text)));
        if (ends is { } expected)
        {
            Assert.Equal(expected, state.CanEnd);
        }
    }

    [Fact]
    public void AllowedBits_CountedCharacters_FollowTheCountToItsEnds()
    {
        GrammarNode word = GrammarNode.Repeat(GrammarNode.CodePoint(CodePointSet.All.Except(CodePointSet.Of((0, 31), ('"', '"')))), 300, 1000);
        ConstraintState state = TokenConstraint.Compile(new Grammar(GrammarNode.Sequence(word, GrammarNode.Text("\"!"))), _tokenizer).Start();
        int quote = _tokenizer.Encode("\"").Single(), the = _tokenizer.Encode(" the").Single(), both = _tokenizer.Encode("\"!").Length;
        Assert.Equal(302, state.BytesToEnd);
        for (int length = 0; length < 1000; length += 4)
        {
            Assert.Equal(length >= 300, Allows(state, quote));
            Assert.True(Allows(state, the));
            state.Accept(the);
        }

        Assert.Equal([.. Oracle(["\"!"], "")], Ids(state.AllowedBits));
        Assert.Equal(both, state.ShortestEnd().Length);
    }

    [Fact]
    public void AllowedBits_RandomJson_IsAlwaysJson()
    {
        var random = new Random(3);
        TokenConstraint constraint = TokenConstraint.Compile(AnyJson.Grammar, _tokenizer);
        for (int round = 0; round < 100; round++)
        {
            ConstraintState state = constraint.Start();
            var ids = new List<int>();
            for (int i = 0; i < 60 && !state.MustEnd; i++)
            {
                int[] allowed = Ids(state.AllowedBits);
                int token = allowed[random.Next(allowed.Length)];
                if (_tokenizer.EndTokens.Contains(token))
                {
                    break;
                }

                state.Accept(token);
                ids.Add(token);
            }

            ids.AddRange(state.ShortestEnd());
            byte[] bytes = [.. ids.SelectMany(id => _tokenizer.TokenBytes(id).ToArray())];
            JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 1000 }).Dispose();
        }
    }

    [Fact]
    public async Task Generate_ClosedAtEveryLimit_IsJsonWithinIt()
    {
        ModelHost host = model.Client.Host;
        TokenConstraint constraint = TokenConstraint.Compile(AnyJson.Object, _tokenizer);
        int[] prompt = _tokenizer.Encode("A person in JSON, with name, age and friends:\n");
        for (int limit = 2; limit < 30; limit += 3)
        {
            var reply = await host.Run(new GenerationRequest { Prompt = prompt, MaxTokens = limit, Constraint = constraint, CloseAtLimit = true, Sampling = new() { Temperature = 1, Seed = (ulong)limit } });
            Assert.InRange(reply.End.GeneratedTokens, 1, limit);
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(reply.Text).RootElement.ValueKind);
        }
    }

    [Fact]
    public async Task Generate_Choice_EndsAsSoonAsNothingCanFollow()
    {
        TokenConstraint constraint = TokenConstraint.Compile(Choice.Of(["Paris", "London is far"]), _tokenizer);
        var reply = await model.Client.Host.Run(new GenerationRequest { Prompt = _tokenizer.Encode("The capital of France is called"), Constraint = constraint });
        Assert.Equal(("Paris", FinishCause.Stop), (reply.Text, reply.End.Cause));
        var cut = await model.Client.Host.Run(new GenerationRequest { Prompt = _tokenizer.Encode("x"), MaxTokens = 1, Constraint = TokenConstraint.Compile(Choice.Of(["London is far"]), _tokenizer) });
        Assert.Equal(FinishCause.Length, cut.End.Cause);
    }

    [Fact]
    public void Compile_GrammarWithoutFiniteWord_IsRefused()
    {
        var endless = new Grammar("a", new Dictionary<string, GrammarNode> { ["a"] = GrammarNode.Sequence(GrammarNode.Text("x"), GrammarNode.Rule("a")) });
        Assert.Contains("no word of finite length", Assert.Throws<GrammarException>(() => TokenConstraint.Compile(endless, _tokenizer)).Message);
        Assert.Contains("'b'", Assert.Throws<GrammarException>(() => new Grammar(GrammarNode.Rule("b"))).Message);
    }

    private static bool Allows(ConstraintState state, int token) => (state.AllowedBits[token >> 5] >> token & 1) != 0;

    private static int[] Ids(uint[] bits)
    {
        var ids = new List<int>();
        for (int i = 0; i < bits.Length; i++)
        {
            for (uint word = bits[i]; word != 0; word &= word - 1)
            {
                ids.Add((i * 32) + BitOperations.TrailingZeroCount(word));
            }
        }

        return [.. ids];
    }

    /// <summary>Every token whose text continues to the beginning of some word, looked for word by word.</summary>
    private int[] Oracle(IEnumerable<string> words, string text)
    {
        var ids = new SortedSet<int>();
        foreach (string word in words.Where(word => word.StartsWith(text, StringComparison.Ordinal)))
        {
            if (word == text)
            {
                ids.UnionWith(_tokenizer.EndTokens);
            }

            for (int length = 1; length <= word.Length - text.Length; length++)
            {
                ids.UnionWith(ByText(word.Substring(text.Length, length)));
            }
        }

        return [.. ids];
    }

    private Dictionary<string, List<int>>? _byText;

    private List<int> ByText(string text)
    {
        _byText ??= Enumerable.Range(0, _tokenizer.VocabularySize).Where(id => !_tokenizer.IsSpecial(id) && !_tokenizer.EndTokens.Contains(id))
            .GroupBy(id => Encoding.Latin1.GetString(_tokenizer.TokenBytes(id))).ToDictionary(group => group.Key, group => group.ToList());
        return _byText.GetValueOrDefault(text, []);
    }

    /// <summary>A random expression with all its words; rules refer to earlier ones only.</summary>
    private static (GrammarNode Node, HashSet<string> Words) Expression(Random random, int rules, int depth, Dictionary<string, HashSet<string>> known)
    {
        switch (random.Next(depth == 0 ? 3 : 8))
        {
            case 0:
                string text = string.Concat(Enumerable.Range(0, random.Next(0, 4)).Select(_ => "abe \""[random.Next(5)]));
                return (GrammarNode.Text(text), [text]);
            case 1:
                return (GrammarNode.Byte(ByteSet.Range((byte)'a', (byte)'c')), ["a", "b", "c"]);
            case 2:
                return rules > 0 ? (GrammarNode.Rule($"r{rules - 1}"), known[$"r{rules - 1}"]) : (GrammarNode.Nothing, []);
            case 3:
            case 4:
                var options = Enumerable.Range(0, 2).Select(_ => Expression(random, rules, depth - 1, known)).ToList();
                return (GrammarNode.AnyOf([.. options.Select(option => option.Node)]), [.. options[0].Words, .. options[1].Words]);
            case 5:
                string unit = "ab"[..random.Next(1, 3)] + "é";
                int min = random.Next(0, 30), max = min + random.Next(25, 40);
                return (GrammarNode.Repeat(GrammarNode.Text(unit), min, max), [.. Enumerable.Range(min, max - min + 1).Select(n => string.Concat(Enumerable.Repeat(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(unit)), n)))]);
            default:
                var parts = Enumerable.Range(0, 2).Select(_ => Expression(random, rules, depth - 1, known)).ToList();
                return parts[0].Words.Count * parts[1].Words.Count > 500
                    ? parts[0]
                    : (GrammarNode.Sequence(parts[0].Node, parts[1].Node), [.. parts[0].Words.SelectMany(left => parts[1].Words.Select(right => left + right))]);
        }
    }
}
