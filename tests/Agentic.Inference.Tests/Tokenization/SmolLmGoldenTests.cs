using System.Text.Json;
using Agentic.Inference.Tokenization;
using Xunit;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.Tokenization;

public class SmolLmGoldenTests(ITestOutputHelper output)
{
    [Fact]
    public void Encode_GoldenRows_GiveTheSameIds()
    {
        JsonElement[] rows = [.. GoldenRows.Read(RepositoryFiles.Golden("smollm2", "tokenizer.jsonl"))];
        Assert.Equal(517, rows.Length);
        Check(rows);
    }

    [Fact]
    public void Encode_GoldenRowsOfBooks_GiveTheSameIds()
    {
        string? path = GoldenRows.Beside("goldens", "smollm2", "tokenizer.jsonl");
        if (path is null)
        {
            output.WriteLine("The golden rows with text of books are not beside the tree; nothing was checked.");
            return;
        }

        JsonElement[] rows = [.. GoldenRows.Read(path).Where(row => row.Text("cat").StartsWith("book:", StringComparison.Ordinal))];
        Assert.Equal(11, rows.Length);
        Check(rows);
    }

    [Fact]
    public void Decode_GoldenRows_GiveTheSameText()
    {
        Tokenizer tokenizer = Tokenizers.SmolLm;
        int count = 0;
        foreach (JsonElement row in GoldenRows.Read(RepositoryFiles.Golden("smollm2", "decode.jsonl")))
        {
            int[] ids = row.Ids("ids");
            string name = row.Text("name");
            byte[] bytes = [.. ids.SelectMany(id => tokenizer.TokenBytes(id).ToArray())];
            Assert.Equal((name, row.Text("bytes")), (name, Convert.ToHexStringLower(bytes)));
            Assert.Equal((name, row.Text("text")), (name, tokenizer.Decode(ids)));
            Assert.Equal((name, row.Text("text_skip_special")), (name, tokenizer.Decode(ids, skipSpecial: true)));
            Assert.Equal(row.Texts("stream"), Stream(tokenizer.CreateDecoder(skipSpecial: false), ids));
            Assert.Equal(row.Text("text_skip_special"), string.Concat(Stream(tokenizer.CreateDecoder(skipSpecial: true), ids)));
            count++;
        }

        Assert.Equal(347, count);
    }

    private static void Check(JsonElement[] rows)
    {
        foreach (JsonElement row in rows)
        {
            string text = row.Text("text");
            Assert.Equal((text, Join(row.Ids("ids_plain"))), (text, Join(Tokenizers.SmolLm.Encode(text))));
            Assert.Equal((text, Join(row.Ids("ids_special"))), (text, Join(Tokenizers.SmolLm.Encode(text, parseSpecial: true))));
        }
    }

    private static string[] Stream(StreamingDecoder decoder, int[] ids) =>
        [.. ids.Select(decoder.Append), decoder.Flush()];

    private static string Join(int[] ids) => string.Join(' ', ids);
}
