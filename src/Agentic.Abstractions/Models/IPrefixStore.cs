namespace Agentic;

/// <summary>
/// Documents that a model has read, kept: what it computed for the beginning of a prompt stays in its cache or goes to a file, and every later
/// prompt that begins with the same tokens goes on from there. Thread-safe.
/// </summary>
/// <remarks>
/// Kept are whole pages of 64 tokens; what a prompt has beyond the last whole page is computed again. A file holds the document in clear. All that is
/// kept in the cache together may take a stated share of it (half, unless the host was told otherwise): the rest is for requests. What would
/// go beyond it is refused with numbers, and so is saving what could not be kept.
/// </remarks>
public interface IPrefixStore
{
    /// <summary>Reads the tokens unless the cache has them already, and keeps them there until the result is disposed.</summary>
    /// <param name="tokens">Token ids from the very beginning of a prompt, such as <see cref="PromptTokens.Ids"/>; a page of them at least.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="BudgetException">More would be kept than may be.</exception>
    Task<IPinnedPrefix> PinAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken = default);

    /// <summary>Reads the tokens unless the cache has them already, and writes them to a file that only its owner may read; a file of that name is replaced in one go.</summary>
    /// <param name="tokens">Token ids from the very beginning of a prompt, such as <see cref="PromptTokens.Ids"/>; a page of them at least.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels; no file is left behind.</param>
    /// <exception cref="PrefixException">The file cannot be written.</exception>
    /// <exception cref="BudgetException">More would be kept than may be.</exception>
    Task<StoredPrefix> SaveAsync(IReadOnlyList<int> tokens, string path, CancellationToken cancellationToken = default);

    /// <summary>Brings the pages of a file into the cache and keeps them there until the result is disposed. Pages that the cache has already are not read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PrefixException">The file is missing or damaged, or was made by another model or in another way.</exception>
    /// <exception cref="BudgetException">More would be kept than may be.</exception>
    Task<IPinnedPrefix> LoadAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>What a file holds, whatever model it is for. Its pages are not looked at.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="PrefixException">The file is missing, or is no file of prefixes.</exception>
    StoredPrefix Describe(string path);
}

/// <summary>Pages of a prefix that stay in the cache until this is disposed. Thread-safe.</summary>
public interface IPinnedPrefix : IDisposable
{
    /// <summary>The tokens that are kept: whole pages.</summary>
    IReadOnlyList<int> Tokens { get; }
}

/// <summary>What a stored prefix is.</summary>
/// <param name="WeightsId">Identifies the weights that computed it.</param>
/// <param name="Attention">The attention method, such as <c>dense</c>.</param>
/// <param name="Positions">How positions enter the keys, in words for comparison.</param>
/// <param name="PageFormat">What a page holds, in words for comparison.</param>
/// <param name="Activations">How activations met quantised weights, such as <c>int8</c> or <c>float32</c>: the numbers in the pages differ by that rounding.</param>
/// <param name="Tokens">The tokens: whole pages.</param>
/// <param name="Pages">Number of pages.</param>
/// <param name="Bytes">Length of the file.</param>
public sealed record StoredPrefix(string WeightsId, string Attention, string Positions, string PageFormat, string Activations, IReadOnlyList<int> Tokens, int Pages, long Bytes);

/// <summary>A stored prefix cannot be written, read or used.</summary>
public sealed class PrefixException : AgenticException
{
    /// <summary>Creates the error.</summary>
    public PrefixException(string message, string? hint = null, Exception? inner = null) : base(message, hint, inner) { }

    /// <inheritdoc/>
    public override string Code => "prefix-unusable";
}
