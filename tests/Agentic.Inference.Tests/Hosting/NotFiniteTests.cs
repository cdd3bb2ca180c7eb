using System.Buffers.Binary;
using Agentic.Inference.Gguf;
using Agentic.Inference.Hosting;
using Agentic.Inference.Tests.Gguf;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

/// <summary>Files with a NaN among their weights: the request fails, by name of the layer when diagnostics are on, and the host goes on.</summary>
public sealed class NotFiniteTests
{
    [Theory]
    [InlineData("token_embd.weight", -1, "the embedding")]
    [InlineData("blk.0.ffn_down.weight", 0, "layer 0 of 2 (blk.0)")]
    [InlineData("blk.1.attn_v.weight", 1, "layer 1 of 2 (blk.1)")]
    [InlineData("blk.1.ffn_up.weight", 1, "layer 1 of 2 (blk.1)")]
    [InlineData("output.weight", 2, "the output")]
    public async Task Generate_NanInAWeight_ErrorNamesTheLayer(string tensor, int layer, string words)
    {
        using TemporaryFile file = Broken(tensor);
        foreach (string backend in (string[])["scalar", "cpu"])
        {
            using var host = ModelHost.Load(file.Path, TinyHost.Options with { Backend = TinyHost.Options.Backend with { Name = backend } }, new() { Diagnostics = true });
            int[] prompt = [.. TinyHost.Prompt(70, 1).Select(token => token == 0 ? 1 : token), 0, .. TinyHost.Prompt(5, 2)];
            var failure = await Assert.ThrowsAsync<NotFiniteException>(() => host.Run(new() { Prompt = prompt, MaxTokens = 4 }));
            Assert.Equal((layer, "not-finite"), (failure.Layer, failure.Code));
            Assert.Contains(words, failure.Message, StringComparison.Ordinal);
            if (layer < 0)
            {
                Assert.Equal(70, failure.Position); // the row of the one damaged token
                Assert.Equal(2, (await host.Run(new() { Prompt = [5, 6, 7], MaxTokens = 2, IgnoreEndTokens = true, Sampling = new() { Bias = new Dictionary<int, float> { [0] = float.NegativeInfinity } } })).Ids.Length);
            }

            Assert.Equal(layer, (await Assert.ThrowsAsync<NotFiniteException>(() => host.ScoreAsync([new(prompt, [[1], [2, 3]])]))).Layer);
            using ITokenSession session = new LocalChatClient(host).GetService<ITokenSessions>()!.Start();
            Assert.Equal(layer, (await Assert.ThrowsAsync<NotFiniteException>(() => session.AppendAsync(prompt, top: 1))).Layer);
            Assert.Equal(0, await host.LostPages());
            Assert.Equal(0, await host.RunAsync(context => context.Cache.FindableTokens(prompt)));
        }
    }

    [Fact]
    public async Task Generate_NanWithoutDiagnostics_ErrorSaysHowToLearnMore()
    {
        using TemporaryFile file = Broken("blk.0.ffn_down.weight");
        using var host = ModelHost.Load(file.Path, TinyHost.Options);
        var failure = await Assert.ThrowsAsync<NotFiniteException>(() => host.Run(new() { Prompt = TinyHost.Prompt(20, 1), MaxTokens = 4 }));
        Assert.Null(failure.Layer);
        Assert.Contains("--verbose", failure.Hint, StringComparison.Ordinal);
    }

    /// <summary>The tiny model with its first number of a tensor not a number.</summary>
    private static TemporaryFile Broken(string tensor)
    {
        byte[] bytes = File.ReadAllBytes(TinyHost.Path);
        using (GgufFile file = GgufFile.Open(TinyHost.Path))
        {
            GgufTensor broken = file.Tensors.Single(t => t.Name == tensor);
            Assert.Equal(GgmlType.F32, broken.Type);
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan((int)broken.Offset), float.NaN);
        }

        return new TemporaryFile(bytes);
    }
}
