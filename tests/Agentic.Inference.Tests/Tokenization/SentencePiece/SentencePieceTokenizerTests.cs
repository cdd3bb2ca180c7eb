using Agentic.Inference.Tokenization;
using Xunit;

namespace Agentic.Inference.Tests.Tokenization.SentencePiece;

public class SentencePieceTokenizerTests
{
    private const string Alphabet = "abc▁";

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Encode_RandomVocabulary_EqualsMergingPiecesByScore(int seed, bool acrossWords)
    {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            Dictionary<string, (int Id, float Score)> pieces = RandomPieces(random, acrossWords);
            Tokenizer tokenizer = (HandMade.Scored([.. pieces.Select(piece => (piece.Key, 1, piece.Value.Score))]) with
            {
                AddSpacePrefix = false,
            }).Build();
            for (int i = 0; i < 20; i++)
            {
                string text = string.Concat(Enumerable.Range(0, random.Next(1, 90)).Select(_ => Alphabet[random.Next(4)]));
                Assert.Equal(ByScore(text, pieces), tokenizer.Encode(text.Replace('▁', ' ')));
            }
        }
    }

    [Fact]
    public void Encode_PieceWhosePartsAreNoTokens_IsStillFound()
    {
        // Neither 'x' nor 'y' is a token; "xy" is.
        Tokenizer tokenizer = (HandMade.Scored([("<unk>", 2, 0), ("▁", 1, -1), ("xy", 1, -2)]) with { UnknownToken = 0 }).Build();
        Assert.Equal([1, 2], tokenizer.Encode("xy"));
        Assert.Equal([1, 0, 2], tokenizer.Encode("yxxy"));
    }

    [Fact]
    public void Encode_SpacePrefix_StandsBeforeTextAndAfterSpecialTokens()
    {
        Tokenizer tokenizer = HandMade.Scored([("<s>", 3, 0), ("▁", 1, -1), ("a", 1, -2), ("▁a", 1, -3)]).Build();
        Assert.Equal([3, 1, 3], tokenizer.Encode("a  a"));
        Assert.Equal([3, 0, 3], tokenizer.Encode("a<s>a", parseSpecial: true));
        Assert.Equal([1, 3], tokenizer.Encode(" a"));
        Assert.Equal("a", tokenizer.Decode([3]));
        Assert.Equal(" a", tokenizer.CreateDecoder(skipSpecial: true).Append(3));
    }

    [Fact]
    public void Encode_UnknownCodePoint_IsBytesIfThereAreSome()
    {
        Tokenizer tokenizer = Tokenizers.Tiny("mistral");
        int[] ids = tokenizer.Encode("é🙂\0");
        Assert.Equal("é🙂\0", tokenizer.Decode(ids));
        Assert.Equal([3 + 0xF0, 3 + 0x9F, 3 + 0x99, 3 + 0x82, 3], ids[^5..]);
    }

    private static Dictionary<string, (int Id, float Score)> RandomPieces(Random random, bool acrossWords)
    {
        var pieces = new Dictionary<string, (int, float)>();
        foreach (char c in Alphabet)
        {
            pieces.Add(c.ToString(), (pieces.Count, -20));
        }

        while (pieces.Count < 30)
        {
            string piece = pieces.Keys.ElementAt(random.Next(pieces.Count)) + pieces.Keys.ElementAt(random.Next(pieces.Count));
            if (piece.Length <= 6 && (acrossWords || !piece.TrimStart('▁').Contains('▁', StringComparison.Ordinal)))
            {
                pieces.TryAdd(piece, (pieces.Count, -random.Next(12)));
            }
        }

        return pieces;
    }

    private static int[] ByScore(string text, Dictionary<string, (int Id, float Score)> pieces)
    {
        List<string> parts = [.. text.Select(c => c.ToString())];
        while (true)
        {
            int best = -1;
            float score = float.NegativeInfinity;
            for (int i = 0; i + 1 < parts.Count; i++)
            {
                if (pieces.TryGetValue(parts[i] + parts[i + 1], out (int Id, float Score) piece) && piece.Score > score)
                {
                    (best, score) = (i, piece.Score);
                }
            }

            if (best < 0)
            {
                return [.. parts.Select(part => pieces[part].Id)];
            }

            parts[best] += parts[best + 1];
            parts.RemoveAt(best + 1);
        }
    }
}
