using System.Text.Json;
using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Commands;

public class EmbedTests
{
    [Fact]
    public async Task Embed_JsonLines_OneUnitVectorEach()
    {
        CommandRun run = await OfAsync("\"a cat sleeps\"\n{\"text\":\"a kitten naps\"}\n\"interest rates rose\"");

        Assert.Equal(0, run.Code);
        double[][] vectors = [.. run.JsonLines.Select(Vector)];
        Assert.Equal([384, 384, 384], vectors.Select(v => v.Length));
        Assert.Equal(5, run.JsonLines.First().GetProperty("tokens").GetInt32());
        Assert.Equal(1, Dot(vectors[0], vectors[0]), 4);
        Assert.True(Dot(vectors[0], vectors[1]) > 0.5);
        Assert.True(Dot(vectors[0], vectors[2]) < 0.2);
    }

    [Fact]
    public async Task Embed_LongText_IsRefusedUnlessSaidHow()
    {
        string line = JsonSerializer.Serialize(string.Join(' ', Enumerable.Repeat("word", 600)));

        CommandRun refused = await OfAsync(line);
        CommandRun cut = await OfAsync(line, "--long", "truncate");
        CommandRun split = await OfAsync(line, "--long", "split");

        Assert.Equal(4, refused.Code);
        Assert.Contains("602 tokens", refused.Error, StringComparison.Ordinal);
        Assert.True(cut.JsonLines.First().GetProperty("truncated").GetBoolean());
        Assert.Equal(512, cut.JsonLines.First().GetProperty("tokens").GetInt32());
        Assert.Equal(604, split.JsonLines.First().GetProperty("tokens").GetInt32());
    }

    [Fact]
    public async Task Embed_GenerativeModel_GivesPooledStates()
    {
        CommandRun mean = await OfAsync("\"a cat sleeps\"\n\"a kitten naps\"", "--model", Repository.Model, "--window", "256");
        CommandRun last = await OfAsync("\"a cat sleeps\"", "--model", Repository.Model, "--window", "256", "--pooling", "last");
        CommandRun first = await OfAsync("\"a cat sleeps\"", "--model", Repository.Model, "--pooling", "first");

        Assert.Equal((0, 0, 2), (mean.Code, last.Code, first.Code));
        double[][] vectors = [.. mean.JsonLines.Select(Vector), Vector(last.JsonLines.First())];
        Assert.All(vectors, vector => Assert.Equal((576, 1.0), (vector.Length, Math.Round(Dot(vector, vector), 3))));
        Assert.InRange(Dot(vectors[0], vectors[2]), -1, 0.99);
    }

    [Theory]
    [InlineData("--model", "no/such.gguf", 5)]
    [InlineData("--long", "sometimes", 2)]
    [InlineData("--pooling", "best", 2)]
    public async Task Embed_Impossible_SaysSo(string option, string value, int code)
    {
        CommandRun run = await OfAsync("\"a\"", option, value);

        Assert.Equal(code, run.Code);
        Assert.NotEmpty(run.Error);
    }

    private static Task<CommandRun> OfAsync(string input, params string[] more) =>
        CommandRun.OfAsync(new CommandRun.Setting { InputText = input }, ["model", "embed", .. more]);

    private static double[] Vector(JsonElement line) => [.. line.GetProperty("embedding").EnumerateArray().Select(value => value.GetDouble())];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
