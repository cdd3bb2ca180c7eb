using Agentic.Inference.KvCache;

namespace Agentic.Inference.Hosting.Prefixes;

/// <summary>A sequence that nobody appends to and that keeps its pages from being given away.</summary>
internal sealed class PinnedPrefix(ModelHost host, KvSequence sequence, IReadOnlyList<int> tokens) : IPinnedPrefix
{
    private int _released;

    /// <inheritdoc/>
    public IReadOnlyList<int> Tokens => tokens;

    /// <summary>The pages; belongs to the engine's thread.</summary>
    public KvSequence Sequence => sequence;

    /// <summary>Gives the pages back; done when the task is.</summary>
    public async Task ReleaseAsync()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            try
            {
                await host.RunAsync(context =>
                {
                    context.Pinned.Release(sequence);
                    return true;
                }).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // The host is gone, and its pages with it.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ = ReleaseAsync();
}
