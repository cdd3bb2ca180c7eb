using Agentic.Storage.Sqlite;

namespace Agentic.Storage.Artefacts;

/// <summary>Artefacts in a workspace.</summary>
internal sealed class ArtefactStore(Database database, TimeProvider time) : IArtefactStore
{
    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string kind, string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        List<byte[]> found = database.Query("SELECT content FROM artefacts WHERE kind = $1 AND key = $2", r => r.GetFieldValue<byte[]>(0), kind, key);
        return ValueTask.FromResult(found.Count > 0 ? (ReadOnlyMemory<byte>?)found[0] : null);
    }

    public ValueTask PutAsync(string kind, string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        database.Execute("INSERT OR REPLACE INTO artefacts (kind, key, content, made) VALUES ($1, $2, $3, $4)", kind, key, content.ToArray(), time.GetUtcNow().ToUnixTimeMilliseconds());
        return ValueTask.CompletedTask;
    }
}
