using Agentic.Inference.Gguf;
using Agentic.Inference.Models;
using Agentic.Inference.Tokenization;
using Xunit;

namespace Agentic.Fuzz.Tests.Gguf;

/// <summary>Damaged model files end in typed errors, or load and compute.</summary>
public class GgufFuzz
{
    private const long MaxAllocated = 64 << 20;

    [Theory]
    [InlineData("bad-gguf/valid.gguf", 15_000)]
    [InlineData("tiny/llama-rope31.gguf", 5_000)]
    [InlineData("tiny/qwen2.gguf", 5_000)]
    public void Open_DamagedByItsStructure_EndsTyped(string name, int cases)
    {
        GgufImage valid = GgufImage.Parse(File.ReadAllBytes(Repository.Golden(name)));
        string folder = Directory.CreateTempSubdirectory("agentic-fuzz-").FullName;
        string path = Path.Combine(folder, "model.gguf");
        try
        {
            int refused = new Campaign<byte[]>(name, cases)
            {
                Make = random => GgufDamage.Apply(valid, random),
                Run = bytes =>
                {
                    File.WriteAllBytes(path, bytes);
                    Open(path);
                },
                Refuses = error => error is GgufFormatException or ModelNotSupportedException,
                MaxAllocated = MaxAllocated + 4L * valid.Data.Length,
                Show = bytes => Convert.ToBase64String(bytes.AsSpan(0, Math.Min(bytes.Length, 4096))),
            }.Execute();

            // Most damage must be noticed, and not everything may be refused: that would test the first check only.
            int all = Campaign<byte[]>.Long ? 10 * cases : cases;
            Assert.InRange(refused, all / 2, all - all / 50);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Parse_FileTakenApart_GivesTheSameFile()
    {
        foreach (string name in (string[])["bad-gguf/valid.gguf", "tiny/llama-rope31.gguf", "tiny/qwen2.gguf"])
        {
            byte[] file = File.ReadAllBytes(Repository.Golden(name));
            Assert.Equal(file, GgufImage.Parse(file).ToBytes());
        }
    }

    /// <summary>Everything that loading checks, then a use of what was read.</summary>
    private static void Open(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        ModelConfig config = ModelCheck.Read(file);
        config.CreateRopeTable(file);
        Tokenizer tokenizer = Tokenizer.FromGguf(file);
        tokenizer.Decode(tokenizer.Encode("a ab <e> é"));
    }
}
