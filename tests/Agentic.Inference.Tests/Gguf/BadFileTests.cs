using System.Text.Json;
using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Agentic.Inference.Tokenization;
using Xunit;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.Gguf;

public class BadFileTests(ITestOutputHelper output)
{
    private const long MaxAllocated = 64 << 20;

    public static TheoryData<string, string> Files
    {
        get
        {
            var data = new TheoryData<string, string>();
            using var expected = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Golden("bad-gguf", "expected.json")));
            foreach (var file in expected.RootElement.EnumerateObject())
            {
                data.Add(file.Name, file.Value.GetProperty("expect").GetString()!);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Check_File_EndsAsExpected(string name, string expected) => EndsAsExpected(name, expected, path => ModelFile.Check(path));

    [Theory]
    [MemberData(nameof(Files))]
    public void Load_File_EndsAsExpected(string name, string expected) => EndsAsExpected(name, expected, path =>
    {
        using var file = GgufFile.Open(path);
        var tokenizer = Tokenizer.FromGguf(file);
        using var model = LanguageModel.Load(path, new ModelOptions { Backend = new() { Name = "scalar" } });
        Assert.Equal(model.Config.VocabularySize, tokenizer.VocabularySize);
        Assert.InRange(model.ResidentBytes, 1, MaxAllocated);
    });

    [Fact]
    public void Load_AbsurdContext_GetsAUsefulWindowAndAModestPool()
    {
        using var model = LanguageModel.Load(RepositoryFiles.Golden("bad-gguf", "context_length_2_32_1.gguf"), new ModelOptions { Backend = new() { Name = "scalar" } });
        Assert.Equal(KvMemory.ConcurrentTokens, model.Window);
        Assert.InRange(model.ResidentBytes, 1, MaxAllocated);
    }

    private void EndsAsExpected(string name, string expected, Action<string> load)
    {
        var path = RepositoryFiles.Golden("bad-gguf", name);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Record.Exception(() => load(path));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"{allocated} bytes; {error?.Message ?? "loads"}");
        Assert.InRange(allocated, 0, MaxAllocated);
        if (error is null)
        {
            Assert.NotEqual("reject", expected);
            return;
        }

        Assert.NotEqual("loads", expected);
        var field = error switch
        {
            GgufFormatException e => e.Field,
            ModelNotSupportedException e => e.Field,
            _ => throw new Xunit.Sdk.XunitException($"{error}"),
        };
        Assert.NotEmpty(field);
        Assert.StartsWith($"{path}: {field} ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_All_AreThere() => Assert.Equal(145, Files.Count);
}
