using System.Text;
using System.Text.Json;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.JsonSchema;
using Agentic.Inference.Constraints.Masks;
using Agentic.Inference.Tests.Tokenization;
using Agentic.Inference.Tokenization;
using Xunit;

namespace Agentic.Inference.Tests.Constraints.Oracle;

/// <summary>Masks held against judging every token of a vocabulary by itself.</summary>
public sealed class MaskOracleTests
{
    private const int Letters = 12;

    [Theory]
    [InlineData("byte level", 25)]
    [InlineData("sentence piece", 25)]
    public void AllowedBits_RandomGrammars_ExactlyTheTokensThatLeadToAWord(string kind, int grammars)
    {
        var random = new Random(kind.Length);
        int checks = 0, refused = 0, free = 0;
        for (int round = 0; round < grammars; round++)
        {
            Tokenizer tokenizer = kind == "byte level" ? ByteLevel(random) : SentencePiece(random);
            Grammar grammar = RandomGrammar.Make(random);
            var oracle = new PrefixOracle(grammar, TokenTrie.Of(tokenizer, new HashSet<int>()).Writable);
            if (!oracle.HasWords)
            {
                Assert.Throws<GrammarException>(() => TokenConstraint.Compile(grammar, tokenizer));
                refused++;
                continue;
            }

            ConstraintState state;
            try
            {
                state = TokenConstraint.Compile(grammar, tokenizer).Start();
            }
            catch (GrammarException tooLarge) when (tooLarge.Message.Contains("needs", StringComparison.Ordinal))
            {
                continue;
            }

            var text = new List<byte>();
            for (int step = 0; step < 6 && text.Count < 36; step++)
            {
                int[] expected = Judge(oracle, tokenizer, text);
                Assert.True(expected.AsSpan().SequenceEqual(Ids(state.AllowedBits)), $"round {round}, after '{Encoding.UTF8.GetString([.. text])}'");
                checks++;
                free += expected.Length > tokenizer.VocabularySize / 2 ? 1 : 0;
                int[] going = [.. expected.Where(id => !tokenizer.EndTokens.Contains(id))];
                if (going.Length == 0)
                {
                    break;
                }

                int token = going[random.Next(going.Length)];
                state.Accept(token);
                text.AddRange(tokenizer.TokenBytes(token));
            }
        }

        Assert.True(checks > 2 * grammars && refused < grammars / 2 && free > 10, $"{checks} checks, {refused} refused, {free} of free text");
    }

    [Theory]
    [InlineData("""{"type":"string","minLength":3,"maxLength":9}""", "\"ab")]
    [InlineData("""{"type":"string","minLength":30,"maxLength":33}""", "\"abcdefghijklmnopqrst")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"},"n":{"type":"integer","minimum":5,"maximum":120}},"required":["a","n"],"additionalProperties":false}""", "{\"a\": \"x", "{\"a\":\"\",", "{\"a\":\"x\", \"n\": 1")]
    [InlineData("""{"type":"array","items":{"enum":["red","green","a free bird"]},"maxItems":2}""", "[\"", "[\"red\"")]
    public void AllowedBits_EmbeddedVocabulary_EveryTokenJudgedByItself(string schema, params string[] texts)
    {
        Tokenizer tokenizer = Tokenizers.SmolLm;
        Grammar grammar = JsonSchemaGrammar.Create(JsonElement.Parse(schema));
        var oracle = new PrefixOracle(grammar, TokenTrie.Of(tokenizer, new HashSet<int>()).Writable);
        foreach (string text in texts.Prepend(""))
        {
            ConstraintState state = TokenConstraint.Compile(grammar, tokenizer).Start();
            Assert.True(state.TryAccept(Encoding.UTF8.GetBytes(text)));
            Assert.Equal(Judge(oracle, tokenizer, [.. Encoding.UTF8.GetBytes(text)]), Ids(state.AllowedBits));
        }
    }

    [Fact]
    public void AllowedBits_BlankBeforeTheFirstWord_OnlyWhereTheGrammarHasOne()
    {
        Tokenizer tokenizer = HandMade.Scored([("<unk>", 2, 0), ("</s>", 3, 0), ("▁", 1, -1), ("a", 1, -2), ("▁a", 1, -3), ("<0x61>", 6, 0), ("<0x20>", 6, 0)]).Build();
        int bare = 3, marked = 4, spelled = 5;
        Assert.Equal([bare, spelled], Ids(TokenConstraint.Compile(Choice.Of(["a"]), tokenizer).Start().AllowedBits));
        ConstraintState second = TokenConstraint.Compile(Choice.Of(["a a"]), tokenizer).Start();
        second.Accept(bare);
        Assert.Contains(marked, Ids(second.AllowedBits));
        Assert.DoesNotContain(bare, Ids(second.AllowedBits));
    }

    [Fact]
    public void AllowedBits_WordPieces_AreTheBytesOfTheirText()
    {
        // Pieces that begin a word bring a blank along, and no piece is a blank alone: what has one cannot be written byte by byte, so it is no word.
        Tokenizer tokenizer = Tokenizers.MiniLm;
        int[] allowed = Ids(TokenConstraint.Compile(Choice.Of(["ings", " ings"]), tokenizer).Start().AllowedBits);
        Assert.All(allowed, id => Assert.StartsWith(Encoding.UTF8.GetString(tokenizer.TokenBytes(id)), "ings", StringComparison.Ordinal));
        Assert.True(allowed.Length > 1);
        Assert.Throws<GrammarException>(() => TokenConstraint.Compile(Choice.Of(["of the"]), tokenizer));
    }

    private static int[] Judge(PrefixOracle oracle, Tokenizer tokenizer, List<byte> text)
    {
        var ids = new List<int>();
        bool[] first = [.. Enumerable.Range(0, 256).Select(value => oracle.Judge([.. text, (byte)value]).Begins)];
        for (int id = 0; id < tokenizer.VocabularySize; id++)
        {
            byte[] bytes = tokenizer.TokenBytes(id).ToArray();
            if (tokenizer.EndTokens.Contains(id) ? oracle.Judge([.. text]).IsWord
                : !tokenizer.IsSpecial(id) && bytes.Length > 0 && first[bytes[0]] && oracle.Judge([.. text, .. bytes]).Begins)
            {
                ids.Add(id);
            }
        }

        return [.. ids];
    }

    /// <summary>All bytes of the alphabet, and words of random length of it, some longer than what counts as short.</summary>
    private static string[] Words(Random random)
    {
        var words = new HashSet<string>();
        while (words.Count < 250)
        {
            int length = random.Next(12) == 0 ? random.Next(14, 24) : random.Next(2, 6);
            words.Add(string.Concat(Enumerable.Range(0, length).Select(_ => random.Next(6) switch
            {
                0 => ' ',
                1 => random.Next(3) == 0 ? '"' : 'é',
                _ => (char)('a' + random.Next(random.Next(2) == 0 ? 2 : Letters)),
            })));
        }

        return [.. words];
    }

    private static Tokenizer ByteLevel(Random random)
    {
        // Bytes beyond ASCII are written as GPT-2's alphabet has them; halves of a code point are tokens, alone and after letters.
        (string, int)[] more = [("Ã", 1), ("©", 1), ("aÃ", 1), ("©b", 1), ("©\"", 1), ("<|end|>", 3),
            .. Words(random).Select(word => (word.Replace("é", "Ã©", StringComparison.Ordinal).Replace(' ', 'Ġ'), 1))];
        return (HandMade.ByteLevel(more, []) with { EosToken = HandMade.FirstMore + 5 }).Build();
    }

    private static Tokenizer SentencePiece(Random random)
    {
        (string, int, float)[] bytes = [.. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 6, 0f))];
        (string, int, float)[] words = [.. Words(random).Select((word, i) => (word.Replace(' ', '▁'), 1, -1f - i))];
        return (HandMade.Scored([("<unk>", 2, 0), ("<s>", 3, 0), ("</s>", 3, 0), .. bytes, ("é", 1, 0), .. words]) with { EosToken = 2 }).Build();
    }

    private static int[] Ids(uint[] bits) => [.. Enumerable.Range(0, bits.Length * 32).Where(id => (bits[id >> 5] >> id & 1) != 0)];
}
