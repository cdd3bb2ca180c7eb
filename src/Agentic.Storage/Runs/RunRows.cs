using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Agentic.Storage.Runs;

/// <summary>Rows of the tables of runs as records.</summary>
internal static class RunRows
{
    public static RunRecord Record(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
        row.IsDBNull(4) ? null : Enum.Parse<RunStatus>(row.GetString(4)),
        row.GetInt32(5),
        row.GetInt64(6),
        row.GetInt64(7));

    public static JournalledCall Call(SqliteDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetDouble(6));

    public static RunFact[] Facts(string json) => JsonSerializer.Deserialize<RunFact[]>(json) ?? [];

    /// <summary>Equal for runs about the same.</summary>
    public static string Hash(RunFacts facts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        JsonSerializer.Serialize((string[])[facts.Strategy, .. facts.Facts.OrderBy(f => f.Name, StringComparer.Ordinal).SelectMany(f => (string[])[f.Name, f.Hash])]))));
}
