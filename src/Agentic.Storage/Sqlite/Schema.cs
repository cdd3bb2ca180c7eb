namespace Agentic.Storage.Sqlite;

/// <summary>The tables of a workspace, version by version. A version that was released is never changed: a new one follows.</summary>
internal static class Schema
{
    public static IReadOnlyList<string> Versions { get; } =
    [
        """
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            strategy TEXT NOT NULL,
            subject TEXT NOT NULL,
            facts TEXT NOT NULL,
            facts_hash TEXT NOT NULL,
            started INTEGER NOT NULL,
            status TEXT,
            answer TEXT
        );
        CREATE INDEX runs_by_facts ON runs(facts_hash);
        CREATE TABLE calls (
            run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
            hash TEXT NOT NULL,
            occurrence INTEGER NOT NULL,
            number INTEGER NOT NULL,
            stage TEXT NOT NULL,
            verb TEXT NOT NULL,
            result BLOB NOT NULL,
            prompt_tokens INTEGER NOT NULL,
            cached_tokens INTEGER NOT NULL,
            generated_tokens INTEGER NOT NULL,
            seconds REAL NOT NULL,
            PRIMARY KEY (run, hash, occurrence)
        ) WITHOUT ROWID;
        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
            event TEXT NOT NULL
        );
        CREATE INDEX events_by_run ON events(run);
        CREATE TABLE artefacts (
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            content BLOB NOT NULL,
            made INTEGER NOT NULL,
            PRIMARY KEY (kind, key)
        ) WITHOUT ROWID;
        """,
    ];
}
