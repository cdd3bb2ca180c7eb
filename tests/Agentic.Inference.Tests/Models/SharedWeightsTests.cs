using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.Hosting;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Agentic.Inference.Tests.Gguf;
using Agentic.Inference.Tests.Hosting;
using Xunit;

namespace Agentic.Inference.Tests.Models;

/// <summary>Hosts of one file in one process: one copy of the weights, everything else their own.</summary>
public sealed class SharedWeightsTests : IDisposable
{
    private readonly TemporaryFile _file = new(File.ReadAllBytes(RepositoryFiles.Golden("tiny", "llama-q8_0.gguf")));

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData("cpu", ActivationMode.Int8)]
    [InlineData("cpu", ActivationMode.Float32)]
    [InlineData("scalar", ActivationMode.Int8)]
    public async Task Load_Twice_OneCopyAndBothRightAtTheSameTime(string backend, ActivationMode mode)
    {
        ModelOptions options = new() { Backend = new BackendOptions { Name = backend, Threads = 2, ActivationMode = mode }, ChunkTokens = 32, KvMemoryBytes = TinyHost.PoolBytes(30) };
        int[][] prompts = [.. Enumerable.Range(0, 6).Select(i => TinyHost.Prompt(40 + (20 * i), i))];
        int[][] expected;
        long alone;
        using (var only = ModelHost.Load(_file.Path, options))
        {
            alone = only.Model.ResidentBytes;
            expected = await Replies(only, prompts);
        }

        using var first = ModelHost.Load(_file.Path, options);
        using var second = ModelHost.Load(_file.Path, options with { KvType = KvType.Float16, KvMemoryBytes = TinyHost.PoolBytes(20) });
        using var third = ModelHost.Load(_file.Path, options);
        Assert.Same(first.Model.Weights, second.Model.Weights);
        Assert.Same(first.Model.Weights, third.Model.Weights);
        Assert.Equal(alone, first.Model.ResidentBytes);
        Assert.Equal(alone, third.Model.ResidentBytes);
        Assert.True(third.Model.Backend.ResidentBytes < first.Model.Backend.ResidentBytes - (new FileInfo(_file.Path).Length / 2));
        for (int round = 0; round < 3; round++)
        {
            int[][][] replies = await Task.WhenAll(Replies(first, prompts), Replies(third, prompts));
            Assert.All(replies, reply => Assert.Equal(expected, reply));
        }
    }

    [Fact]
    public async Task Dispose_TheOneThatUploaded_TheOtherGoesOnAndTheLastFreesThem()
    {
        ModelOptions options = new() { ChunkTokens = 32, KvMemoryBytes = TinyHost.PoolBytes(20) };
        int[][] prompts = [TinyHost.Prompt(100, 1)];
        var first = ModelHost.Load(_file.Path, options);
        IComputeBackend uploader = first.Model.Backend;
        var second = ModelHost.Load(_file.Path, options);
        int[][] expected = await Replies(first, prompts);
        first.Dispose();
        first.Dispose();
        Assert.True(uploader.ResidentBytes > 0); // the weights are still there
        Assert.Equal(expected, await Replies(second, [TinyHost.Prompt(100, 1)]));
        second.Dispose();
        Assert.Equal(0, uploader.ResidentBytes);
        Assert.Equal(0, second.Model.Backend.ResidentBytes);
        using var third = ModelHost.Load(_file.Path, options);
        Assert.NotSame(second.Model.Backend, third.Model.Backend);
        Assert.Equal(expected, await Replies(third, prompts));
    }

    [Fact]
    public void Load_WhatIsNotTheSame_IsNotShared()
    {
        ModelOptions options = new() { ChunkTokens = 32, KvMemoryBytes = TinyHost.PoolBytes(4) };
        using LanguageModel model = LanguageModel.Load(_file.Path, options);
        using LanguageModel scalar = LanguageModel.Load(_file.Path, options with { Backend = new() { Name = "scalar" } });
        using LanguageModel exact = LanguageModel.Load(_file.Path, options with { Backend = new() { ActivationMode = ActivationMode.Float32 } });
        using GgufFile opened = GgufFile.Open(_file.Path);
        using LanguageModel given = LanguageModel.Load(opened, options, BackendFactory.Create(options.Backend));
        using var copy = new TemporaryFile(File.ReadAllBytes(_file.Path));
        using LanguageModel elsewhere = LanguageModel.Load(copy.Path, options);
        File.SetLastWriteTimeUtc(_file.Path, DateTime.UtcNow.AddHours(1));
        using LanguageModel rewritten = LanguageModel.Load(_file.Path, options);
        Assert.All((LanguageModel[])[scalar, exact, given, elsewhere, rewritten], other => Assert.NotSame(model.Weights, other.Weights));
    }

    [Fact]
    public async Task Load_ManyAtOnce_OneUploads()
    {
        ModelOptions options = new() { ChunkTokens = 32, KvMemoryBytes = TinyHost.PoolBytes(4) };
        LanguageModel[] models = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => LanguageModel.Load(_file.Path, options))));
        Assert.All(models, model => Assert.Same(models[0].Weights, model.Weights));
        Assert.Single(models, model => model.ResidentBytes == model.Backend.ResidentBytes);
        Array.ForEach(models, model => model.Dispose());
        Assert.All(models, model => Assert.Equal(0, model.Backend.ResidentBytes));
    }

    private static async Task<int[][]> Replies(ModelHost host, int[][] prompts) =>
        [.. (await Task.WhenAll(prompts.Select(prompt => host.Run(new() { Prompt = prompt, MaxTokens = 30, IgnoreEndTokens = true, Sampling = new() { Temperature = 0.8f, Seed = 5 } })))).Select(reply => reply.Ids)];
}
