using System.Globalization;
using Agentic.Inference.Backends;
using Agentic.Inference.Hosting.Engine;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Hosting.Prefixes;

/// <summary>Prefixes of a host: pages that are found by what they hold, pinned by a sequence that owns them. Pages are copied between the engine's steps, a few at a time.</summary>
internal sealed class PrefixStore(ModelHost host) : IPrefixStore
{
    private const int PageTokens = KvPageFormat.PageTokens;
    private const long BytesAtOnce = 16 << 20;

    private KvPageFormat Format => host.Model.Cache.Format;

    /// <inheritdoc/>
    public async Task<IPinnedPrefix> PinAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken = default)
    {
        int[] whole = Whole(tokens);
        await CheckRoomAsync(whole).ConfigureAwait(false);
        await ReadAsync(whole, cancellationToken).ConfigureAwait(false);
        return await PinCachedAsync(whole).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<StoredPrefix> SaveAsync(IReadOnlyList<int> tokens, string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var pinned = (PinnedPrefix)await PinAsync(tokens, cancellationToken).ConfigureAwait(false);
        int pages = pinned.Tokens.Count / PageTokens;
        try
        {
            using var writer = new PrefixWriter(path, Expected(pinned.Tokens, pages), Format.PageBytes);
            var bytes = new byte[PagesAtOnce * Format.PageBytes];
            for (int first = 0; first < pages; first += PagesAtOnce)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = Math.Min(PagesAtOnce, pages - first);
                await host.RunAsync(context => CopyOut(context, pinned.Sequence, first, count, bytes)).ConfigureAwait(false);
                for (int i = 0; i < count; i++)
                {
                    writer.Add(bytes.AsSpan((int)(i * Format.PageBytes), (int)Format.PageBytes));
                }
            }

            return writer.Finish();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new PrefixException($"{path}: the prefix cannot be written: {e.Message}", "Name a file in a folder that can be written to.", e);
        }
    }

    /// <inheritdoc/>
    public async Task<IPinnedPrefix> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using PrefixFile file = PrefixFile.Open(path);
        Check(path, file);
        int[] tokens = [.. file.Content.Tokens];
        CheckWindow(tokens.Length);
        PinnedPrefix pinned = await PinFoundAsync(tokens).ConfigureAwait(false);
        KvSequence sequence = pinned.Sequence;
        try
        {
            while (await host.RunAsync(context => CopyIn(context, sequence, tokens, file)).ConfigureAwait(false) < tokens.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            return pinned;
        }
        catch
        {
            await pinned.ReleaseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public StoredPrefix Describe(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using PrefixFile file = PrefixFile.Open(path);
        return file.Content;
    }

    private int PagesAtOnce => (int)Math.Clamp(BytesAtOnce / Format.PageBytes, 1, 64);

    private static bool CopyOut(EngineContext context, KvSequence sequence, int first, int count, byte[] bytes)
    {
        DeviceKvPool pool = context.Cache.Pool;
        for (int i = 0; i < count; i++)
        {
            pool.ReadPage(sequence.Pages[first + i], bytes.AsSpan((int)(i * pool.Format.PageBytes), (int)pool.Format.PageBytes));
        }

        return true;
    }

    /// <summary>Appends the next pages of a file, or those that the cache has come to hold meanwhile; returns the length.</summary>
    private int CopyIn(EngineContext context, KvSequence sequence, int[] tokens, PrefixFile file)
    {
        for (int i = 0; i < PagesAtOnce && sequence.TakeOver(tokens, tokens.Length) >= 0 && sequence.Length < tokens.Length; i++)
        {
            int page = sequence.Length / PageTokens;
            ReadOnlySpan<byte> bytes = file.Page(page);
            while (!sequence.TryReserve(PageTokens))
            {
                if (!context.Idle.Evict())
                {
                    sequence.Reserve(PageTokens); // says how full the pool is
                }
            }

            sequence.Cache.Pool.WritePage(sequence.Pages[page], bytes);
            sequence.Advance(tokens.AsSpan(sequence.Length, PageTokens));
        }

        return sequence.Length;
    }

    private async Task ReadAsync(int[] tokens, CancellationToken cancellationToken)
    {
        // The prompt's last token is computed whatever is cached: with one more behind it, all pages are full and only they are asked for.
        var request = new GenerationRequest { Prompt = [.. tokens, tokens[^1]], MaxTokens = 1 };
        if (await host.RunAsync(context => context.Cache.FindableTokens(tokens)).ConfigureAwait(false) == tokens.Length)
        {
            return;
        }

        await foreach (GenerationUpdate _ in host.GenerateAsync(request, cancellationToken).ConfigureAwait(false))
        {
            // Only what is left in the cache matters.
        }
    }

    private async Task<PinnedPrefix> PinCachedAsync(int[] tokens)
    {
        PinnedPrefix pinned = await PinFoundAsync(tokens).ConfigureAwait(false);
        if (await host.RunAsync(_ => pinned.Sequence.Length).ConfigureAwait(false) == tokens.Length)
        {
            return pinned;
        }

        await pinned.ReleaseAsync().ConfigureAwait(false);
        throw new ModelCallException("The pages of the prefix were given to other requests before they could be kept.", "Try again, or give the model more memory for its cache.") { Transient = true };
    }

    private int[] Whole(IReadOnlyList<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        int whole = tokens.Count / PageTokens * PageTokens;
        if (whole == 0)
        {
            throw new ArgumentException($"A prefix needs {PageTokens} tokens at least, not {tokens.Count}.", nameof(tokens));
        }

        CheckWindow(whole);
        return [.. tokens.Take(whole)];
    }

    /// <summary>What is found of the tokens, pinned; the rest of them is booked.</summary>
    private async Task<PinnedPrefix> PinFoundAsync(int[] tokens)
    {
        KvSequence sequence = await host.RunAsync(context =>
        {
            context.Pinned.Check(tokens);
            KvSequence found = context.Cache.Find(tokens, tokens.Length);
            context.Pinned.Add(found, tokens.Length / PageTokens);
            return found;
        }).ConfigureAwait(false);
        return new PinnedPrefix(host, sequence, tokens);
    }

    /// <summary>Refuses early what could not be kept afterwards.</summary>
    private Task<bool> CheckRoomAsync(int[] tokens) => host.RunAsync(context =>
    {
        context.Pinned.Check(tokens);
        return true;
    });

    /// <summary>Something must follow the prefix.</summary>
    private void CheckWindow(int tokens)
    {
        int limit = host.Model.Window - 1;
        if (tokens > limit)
        {
            throw new BudgetException(
                string.Create(CultureInfo.InvariantCulture, $"A prefix of {tokens:N0} tokens does not fit the window: {limit:N0} can be kept."), tokens, limit,
                "Keep a shorter one or use a larger window.");
        }
    }

    private StoredPrefix Expected(IReadOnlyList<int> tokens, int pages) => new(host.Model.WeightsId, "dense", host.Model.PositionScheme, Format.ToString(), host.Model.Backend.ActivationMode.ToString().ToLowerInvariant(), tokens, pages, 0);

    private void Check(string path, PrefixFile file)
    {
        StoredPrefix content = file.Content;
        StoredPrefix here = Expected(content.Tokens, content.Pages);
        Refuse("by a model with other weights", content.WeightsId, here.WeightsId);
        Refuse("with another attention method", content.Attention, here.Attention);
        Refuse("with other positions", content.Positions, here.Positions);
        Refuse("with other activations", content.Activations, here.Activations);
        Refuse("with other pages", content.PageFormat, here.PageFormat);
        if (file.PageBytes != Format.PageBytes || content.Tokens.Any(token => (uint)token >= (uint)host.Model.Config.VocabularySize))
        {
            throw new PrefixException($"{path}: the stored prefix is damaged: it does not hold this model's tokens or pages.", "Save the prefix again.");
        }

        void Refuse(string what, string there, string wanted)
        {
            if (there != wanted)
            {
                throw new PrefixException($"{path}: the stored prefix was made {what} ({there}) than this model has ({wanted}).", "Load the model it was made with, or save the prefix again.");
            }
        }
    }
}
