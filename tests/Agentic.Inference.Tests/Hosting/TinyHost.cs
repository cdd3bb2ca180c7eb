using System.Text.Json;
using Agentic.Inference.Backends;
using Agentic.Inference.Hosting;
using Agentic.Inference.Hosting.Engine;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

/// <summary>A host of the smallest golden model: random weights, 320 tokens, a window of 256.</summary>
internal static class TinyHost
{
    public static string Path => RepositoryFiles.Golden("tiny", "llama.gguf");

    public static ModelOptions Options { get; } = new()
    {
        Backend = new BackendOptions { Name = "scalar", ActivationMode = ActivationMode.Float32 },
        KvType = KvType.Float32,
        ChunkTokens = 32,
    };

    /// <summary>Bytes of a pool of so many pages.</summary>
    public static long PoolBytes(int pages) => pages * 64L * 2 * 2 * 32 * 4;

    /// <summary>A host that checks its page books when it is disposed: nobody may own a page any more.</summary>
    public static ModelHost Load(ModelOptions? model = null, HostOptions? host = null, Func<LanguageModel, Action<StepPlan>>? run = null)
    {
        ModelHost loaded = ModelHost.Load(Path, model ?? Options, host ?? new HostOptions(), run);
        loaded.Stopped += cache =>
        {
            Assert.Null(cache.Check());
            Assert.Equal(0, cache.UsedPages);
        };
        return loaded;
    }

    /// <summary>The golden prompts with the tokens that follow greedily.</summary>
    public static IReadOnlyList<(int[] Prompt, int[] Greedy)> Goldens { get; } = [.. JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Golden("tiny", "llama.json")))
        .RootElement.GetProperty("prompts").EnumerateArray().Select(p => (Ids(p.GetProperty("ids")), Ids(p.GetProperty("greedy"))))];

    /// <summary>Token ids that look like a prompt.</summary>
    public static int[] Prompt(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(0, 300))];
    }

    public static async Task<(int[] Ids, GenerationEnd End, string Text)> Run(this ModelHost host, GenerationRequest request, CancellationToken cancellationToken = default)
    {
        List<GenerationUpdate> updates = await host.GenerateAsync(request, cancellationToken).ToListAsync(cancellationToken);
        return ([.. updates.Where(u => u.Token is not null).Select(u => u.Token!.Value.Token)], updates[^1].End!, string.Concat(updates.Select(u => u.Text)));
    }

    /// <summary>An end without what depends on measured times.</summary>
    public static GenerationEnd Plain(this GenerationEnd end) => end with { DraftedTokens = 0, AcceptedTokens = 0 };

    /// <summary>Pages that requests own, after a check of the pool's books: 0 when nothing runs.</summary>
    public static Task<int> LostPages(this ModelHost host) => host.RunAsync(context =>
    {
        Assert.Null(context.Cache.Check());
        return context.Cache.UsedPages;
    });

    /// <summary>Times that a request lost its pages to others.</summary>
    public static Task<long> Preemptions(this ModelHost host) => host.RunAsync(_ => host.Engine.Preemptions);

    private static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];
}
