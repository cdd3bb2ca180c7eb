using System.Text.Json;
using Xunit;

namespace Agentic.Inference.Tests.Tokenization;

public class MiniLmGoldenTests
{
    [Fact]
    public void EncodeSequence_GoldenRows_GiveTheSameIds()
    {
        int count = 0;
        foreach (JsonElement row in GoldenRows.Read(RepositoryFiles.Golden("minilm", "tokenizer.jsonl")))
        {
            string text = row.Text("text");
            string expected = string.Join(' ', row.Ids("ids"));
            Assert.Equal((text, expected), (text, string.Join(' ', Tokenizers.MiniLm.EncodeSequence(text, parseSpecial: true))));
            if (row.TryGetProperty("ids_specials_as_text", out _))
            {
                expected = string.Join(' ', row.Ids("ids_specials_as_text"));
            }

            Assert.Equal((text, expected), (text, string.Join(' ', Tokenizers.MiniLm.EncodeSequence(text))));
            count++;
        }

        Assert.Equal(105, count);
    }


    [Fact]
    public void Decode_Words_SetsBlanksBeforeWordsOnly() =>
        Assert.Equal("screaming _ camelcase", Tokenizers.MiniLm.Decode(Tokenizers.MiniLm.Encode("SCREAMING_CamelCase")));
}
