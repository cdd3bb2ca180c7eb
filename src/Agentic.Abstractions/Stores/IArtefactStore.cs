namespace Agentic;

/// <summary>Keeps what is dear to make and cheap to keep, by what it was made from: summary trees, section texts, passage indexes. Thread-safe; several processes may use one store at once.</summary>
public interface IArtefactStore
{
    /// <summary>What was kept; null when nothing was.</summary>
    /// <param name="kind">Kind of artefact, such as <c>tree-node</c>.</param>
    /// <param name="key">Hash of everything that it was made from.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    ValueTask<ReadOnlyMemory<byte>?> GetAsync(string kind, string key, CancellationToken cancellationToken = default);

    /// <summary>Keeps an artefact; one of the same kind and key is replaced.</summary>
    /// <exception cref="StorageException">The store cannot be written.</exception>
    ValueTask PutAsync(string kind, string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);
}
