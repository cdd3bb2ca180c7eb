using Agentic.Inference.Backends;
using Agentic.Inference.Hosting;
using Agentic.Inference.Hosting.Prefixes;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

/// <summary>Prefixes kept in the cache and in files, on the tiny model (window 256): pages that come back give the same replies bit for bit.</summary>
public sealed class PrefixStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agentic-prefix-").FullName;

    private string File1 => Path.Combine(_folder, "document.kv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("scalar", "cpu", KvType.Float32)]
    [InlineData("cpu", "scalar", KvType.Float16)]
    [InlineData("cpu", "cpu", KvType.Q8_0)]
    public async Task SaveThenLoad_InAnotherHost_RequestsGoOnFromThePages(string from, string to, KvType type)
    {
        int[] prompt = TinyHost.Prompt(150, 1);
        (int[] expected, StoredPrefix stored) = await Save(from, type, prompt);
        Assert.Equal(prompt[..128], stored.Tokens);
        Assert.Equal(new FileInfo(File1).Length, stored.Bytes);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(File1));
        }

        Assert.Single(Directory.GetFiles(_folder));
        using ModelHost host = Load(to, type);
        IPrefixStore store = Store(host);
        Assert.Equal(stored with { Tokens = [] }, store.Describe(File1) with { Tokens = [] });
        using (IPinnedPrefix pinned = await store.LoadAsync(File1))
        {
            Assert.Equal(prompt[..128], pinned.Tokens);
            (int[] found, GenerationEnd end, _) = await host.Run(new GenerationRequest { Prompt = prompt, MaxTokens = 8 });
            Assert.Equal(128, end.CachedTokens);
            if (from == to)
            {
                Assert.Equal(expected, found);
            }

            Assert.Equal(2, await host.LostPages());
        }

        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Load_PagesAreWhatIsRead_NotComputedAgain()
    {
        // Pages of another document under this one's tokens: the reply must be that of the other's pages.
        int[] prompt = TinyHost.Prompt(150, 1);
        (int[] expected, _) = await Save("cpu", KvType.Float32, prompt);
        using ModelHost host = Load("cpu", KvType.Float32);
        using IPinnedPrefix pinned = await Store(host).LoadAsync(File1);
        await host.RunAsync(context =>
        {
            byte[] page = new byte[context.Cache.Format.PageBytes];
            using KvSequence sequence = context.Cache.Find(prompt, 128);
            context.Cache.Pool.ReadPage(sequence.Pages[0], page);
            context.Cache.Pool.WritePage(sequence.Pages[1], page);
            return true;
        });
        (int[] found, _, _) = await host.Run(new GenerationRequest { Prompt = prompt, MaxTokens = 8 });
        Assert.NotEqual(expected, found);
    }

    [Fact]
    public async Task Pin_CacheUnderPressure_PagesStay()
    {
        using ModelHost host = Load("cpu", KvType.Float32, TinyHost.PoolBytes(6));
        int[] prompt = TinyHost.Prompt(130, 1);
        IPinnedPrefix pinned = await Store(host).PinAsync(prompt);
        for (int i = 2; i < 6; i++)
        {
            await host.Run(new GenerationRequest { Prompt = TinyHost.Prompt(200, i), MaxTokens = 2 });
        }

        Assert.Equal(128, (await host.Run(new GenerationRequest { Prompt = prompt, MaxTokens = 1 })).End.CachedTokens);
        pinned.Dispose();
        for (int i = 2; i < 6; i++)
        {
            await host.Run(new GenerationRequest { Prompt = TinyHost.Prompt(200, 10 + i), MaxTokens = 2 });
        }

        Assert.Equal(0, (await host.Run(new GenerationRequest { Prompt = prompt, MaxTokens = 1 })).End.CachedTokens);
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Load_ForeignFile_SaysWhatDiffers()
    {
        await Save("cpu", KvType.Float32, TinyHost.Prompt(150, 1));
        using (ModelHost halves = Load("cpu", KvType.Float16))
        {
            Assert.Contains("other pages", (await Refused(halves)).Message, StringComparison.Ordinal);
        }

        using ModelHost other = ModelHost.Load(RepositoryFiles.Golden("tiny", "llama-q8_0.gguf"), Options("cpu", KvType.Float32));
        Assert.Contains("other weights", (await Refused(other)).Message, StringComparison.Ordinal);
        Assert.Equal("prefix-unusable", (await Assert.ThrowsAsync<PrefixException>(() => Store(other).LoadAsync(Path.Combine(_folder, "none")))).Code);
        await Assert.ThrowsAsync<PrefixException>(() => Store(other).LoadAsync(_folder));
        await Assert.ThrowsAsync<PrefixException>(() => Store(other).SaveAsync(TinyHost.Prompt(100, 1), Path.Combine(_folder, "no", "folder")));
        Assert.Equal(0, await other.LostPages());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(9000)]
    public async Task Load_DamagedPageOrCutFile_RefusedAndNothingKept(int at)
    {
        await Save("cpu", KvType.Float32, TinyHost.Prompt(150, 1));
        byte[] bytes = File.ReadAllBytes(File1);
        if (at < 0)
        {
            bytes = bytes[..^1];
        }
        else
        {
            bytes[at] ^= 1;
        }

        File.WriteAllBytes(File1, bytes);
        using ModelHost host = Load("cpu", KvType.Float32);
        Assert.Contains("damaged", (await Refused(host)).Message, StringComparison.Ordinal);
        Assert.Equal(0, await host.LostPages());
        Assert.Equal(0, (await host.Run(new GenerationRequest { Prompt = TinyHost.Prompt(150, 1), MaxTokens = 1 })).End.CachedTokens);
    }

    [Fact]
    public async Task Load_OtherActivations_SaysSo()
    {
        await Save("cpu", KvType.Float32, TinyHost.Prompt(150, 1));
        ModelOptions options = Options("cpu", KvType.Float32);
        using ModelHost rounded = TinyHost.Load(options with { Backend = options.Backend with { ActivationMode = ActivationMode.Int8 } });
        Assert.Contains("other activations (float32) than this model has (int8)", (await Refused(rounded)).Message, StringComparison.Ordinal);
        Assert.Equal("float32", Store(rounded).Describe(File1).Activations);
    }

    [Fact]
    public async Task Pin_MoreAndMore_HalfOfThePoolIsLeftToRequests()
    {
        using ModelHost host = Load("cpu", KvType.Float32, TinyHost.PoolBytes(8));
        await Save("cpu", KvType.Float32, TinyHost.Prompt(150, 1));
        using IPinnedPrefix first = await Store(host).PinAsync(TinyHost.Prompt(130, 2));
        using IPinnedPrefix same = await Store(host).PinAsync(TinyHost.Prompt(130, 2)); // shared pages count once
        IPinnedPrefix second = await Store(host).LoadAsync(File1);
        Assert.Equal(4, await host.RunAsync(context => context.Pinned.Count));
        var refused = await Assert.ThrowsAsync<BudgetException>(() => Store(host).PinAsync(TinyHost.Prompt(70, 3)));
        Assert.Contains("1 more pages would be pinned, 4 are, and 4 of 8 may be", refused.Message, StringComparison.Ordinal);
        Assert.Equal((5 * 64, 4 * 64), (refused.Needed, refused.Limit));
        await Assert.ThrowsAsync<BudgetException>(() => Store(host).SaveAsync(TinyHost.Prompt(70, 3), File1));
        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => host.Run(new GenerationRequest { Prompt = TinyHost.Prompt(200, 10 + i), MaxTokens = 50, IgnoreEndTokens = true })));
        Assert.All(replies, reply => Assert.Equal(50, reply.Ids.Length));
        second.Dispose();
        using IPinnedPrefix third = await Store(host).PinAsync(TinyHost.Prompt(70, 3));
        Assert.Equal(3, await host.LostPages());
    }

    [Fact]
    public async Task Load_TwoAtOnceBeyondTheShare_OneIsRefused()
    {
        await Save("cpu", KvType.Float32, TinyHost.Prompt(150, 1));
        string other = Path.Combine(_folder, "other.kv");
        using (ModelHost writer = Load("cpu", KvType.Float32))
        {
            await Store(writer).SaveAsync(TinyHost.Prompt(150, 2), other);
        }

        using ModelHost host = Load("cpu", KvType.Float32, TinyHost.PoolBytes(6));
        Task<IPinnedPrefix>[] loads = [Store(host).LoadAsync(File1), Store(host).LoadAsync(other)];
        await Task.WhenAll(loads.Select(load => load.ContinueWith(_ => { }, TaskScheduler.Default)));
        _ = Assert.Single(loads, load => load.Exception?.InnerException is BudgetException);
        (await loads.Single(load => load.IsCompletedSuccessfully)).Dispose();
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Load_SessionsHoldThePool_TheyGiveWay()
    {
        await Save("cpu", KvType.Float32, TinyHost.Prompt(150, 1));
        using ModelHost host = Load("cpu", KvType.Float32, TinyHost.PoolBytes(4));
        using ITokenSession session = new LocalChatClient(host).GetService<ITokenSessions>()!.Start();
        await session.AppendAsync(TinyHost.Prompt(240, 7));
        using IPinnedPrefix pinned = await Store(host).LoadAsync(File1);
        Assert.Equal(2, await host.LostPages());
    }

    [Fact]
    public void Flush_FolderThatIsNotThere_SaysSo()
    {
        FolderSync.Flush(_folder);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Contains("none", Assert.Throws<IOException>(() => FolderSync.Flush(Path.Combine(_folder, "none"))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pin_TooMuchOrTooLittle_Refused()
    {
        using ModelHost host = Load("cpu", KvType.Float32, TinyHost.PoolBytes(4));
        await Assert.ThrowsAsync<BudgetException>(() => Store(host).PinAsync(TinyHost.Prompt(192, 1)));
        await Assert.ThrowsAsync<ArgumentException>(() => Store(host).PinAsync(TinyHost.Prompt(63, 1)));
    }

    private async Task<(int[] Reply, StoredPrefix Stored)> Save(string backend, KvType type, int[] prompt)
    {
        using ModelHost host = Load(backend, type);
        (int[] reply, _, _) = await host.Run(new GenerationRequest { Prompt = prompt, MaxTokens = 8 });
        StoredPrefix stored = await Store(host).SaveAsync(prompt, File1);
        Assert.Equal(0, await host.LostPages());
        return (reply, stored);
    }

    private async Task<PrefixException> Refused(ModelHost host) => await Assert.ThrowsAsync<PrefixException>(() => Store(host).LoadAsync(File1));

    private static IPrefixStore Store(ModelHost host) => new LocalChatClient(host).GetService<IPrefixStore>()!;

    private static ModelHost Load(string backend, KvType type, long? bytes = null) => TinyHost.Load(Options(backend, type) with { KvMemoryBytes = bytes });

    private static ModelOptions Options(string backend, KvType type) => TinyHost.Options with
    {
        Backend = new BackendOptions { Name = backend, Threads = 2, ActivationMode = ActivationMode.Float32 },
        KvType = type,
    };
}
