using System.Text.Json;
using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Models;

public class ModelInfoTests
{
    [Fact]
    public async Task Info_OfTheEmbeddedModel_SaysWhatItIs()
    {
        CommandRun run = await CommandRun.OfAsync("model", "info", "--json");

        Assert.Equal(0, run.Code);
        JsonElement info = run.Json;
        Assert.Equal("llama", info.GetProperty("architecture").GetString());
        Assert.Equal(134_515_008, info.GetProperty("parameters").GetInt64());
        Assert.Equal(8192, info.GetProperty("context").GetInt64());
        Assert.Equal(49152, info.GetProperty("vocabulary").GetInt64());
        Assert.True(info.GetProperty("chatTemplate").GetBoolean());
        Assert.Equal("Q4_1", info.GetProperty("quantisation")[0].GetProperty("type").GetString());
        JsonElement memory = info.GetProperty("memory");
        Assert.Equal(
            memory.GetProperty("total").GetInt64(),
            memory.GetProperty("weights").GetInt64() + memory.GetProperty("keysAndValues").GetInt64() + memory.GetProperty("activations").GetInt64());
    }

    [Fact]
    public async Task Info_OfTheEmbeddedModel_DescribesItsLayers()
    {
        CommandRun text = await CommandRun.OfAsync("model", "info");
        CommandRun json = await CommandRun.OfAsync("model", "info", "--json");

        Assert.Contains("30 of RMS norms before each branch", text.Out, StringComparison.Ordinal);
        Assert.Contains("grouped-query, 9 heads over 3 for keys and values, keys of 64, values of 64", text.Out, StringComparison.Ordinal);
        Assert.Contains("rotary, 64 dimensions in neighbours, base 100,000", text.Out, StringComparison.Ordinal);
        Assert.Contains("gated Silu, width 1536", text.Out, StringComparison.Ordinal);
        JsonElement attention = json.Json.GetProperty("description").GetProperty("attention");
        Assert.Equal((9, 3, "grouped-query"), (attention.GetProperty("heads").GetInt32(), attention.GetProperty("keyValueHeads").GetInt32(), attention.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Info_WithSmallerWindow_NeedsLessMemory()
    {
        CommandRun whole = await CommandRun.OfAsync("model", "info", "--json");
        CommandRun small = await CommandRun.OfAsync("model", "info", "--json", "--window", "1024");

        static long Kv(CommandRun run) => run.Json.GetProperty("memory").GetProperty("keysAndValues").GetInt64();
        Assert.Equal(Kv(whole), 8 * Kv(small));
    }

    [Fact]
    public async Task Info_OfAnEmbeddingModel_SaysWhatRunsIt()
    {
        CommandRun run = await CommandRun.OfAsync("model", "info", "all-MiniLM-L6-v2.Q8_0");

        Assert.Equal(0, run.Code);
        Assert.Contains("bert", run.Out, StringComparison.Ordinal);
        Assert.Contains("model embed", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_InTheTree_FindsBothModels()
    {
        CommandRun run = await CommandRun.OfAsync("model", "list", "--json");

        string?[] names = [.. run.Json.GetProperty("models").EnumerateArray().Select(m => m.GetProperty("name").GetString())];
        Assert.Contains("SmolLM2-135M-Instruct.Q4_1", names);
        Assert.Contains("all-MiniLM-L6-v2.Q8_0", names);
    }

    [Theory]
    [InlineData("no/such/model.gguf")]
    [InlineData("LICENSE")]
    [InlineData("models")]
    public async Task Info_OfSomethingElse_ExitsFiveWithItsNameAndAHint(string path)
    {
        CommandRun run = await CommandRun.OfAsync("model", "info", path);

        Assert.Equal(5, run.Code);
        Assert.Contains(path, run.Error, StringComparison.Ordinal);
        Assert.Equal(2, run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Info_ModelVariableNamesNothing_SaysWhereTheNameCameFrom()
    {
        var setting = new CommandRun.Setting { Variables = new() { ["AGENTIC_MODEL"] = "lost.gguf" } };

        CommandRun run = await CommandRun.OfAsync(setting, "model", "info");

        Assert.Equal(5, run.Code);
        Assert.Contains("AGENTIC_MODEL", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_OfATruncatedModel_ExitsFive()
    {
        using var folder = new TemporaryFolder();
        byte[] head = new byte[1 << 20];
        using (FileStream model = File.OpenRead(Repository.Model))
        {
            model.ReadExactly(head);
        }

        CommandRun run = await CommandRun.OfAsync("model", "info", folder.Write("cut.gguf", head), "--json");

        Assert.Equal(5, run.Code);
        Assert.Equal("model-unreadable", run.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("cut.gguf", run.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_OfEveryMalformedFile_EndsAsExpected()
    {
        using JsonDocument expected = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.BadModels, "expected.json")));
        List<string> wrong = [];
        foreach (JsonProperty file in expected.RootElement.EnumerateObject())
        {
            CommandRun run = await CommandRun.OfAsync("model", "info", Path.Combine(Repository.BadModels, file.Name));
            bool right = file.Value.GetProperty("expect").GetString() switch
            {
                "loads" => run.Code == 0,
                "reject" => run.Code == 5,
                _ => run.Code is 0 or 5,
            };
            if (!right)
            {
                wrong.Add($"{file.Name}: {run.Code}");
            }
        }

        Assert.Empty(wrong);
    }
}
