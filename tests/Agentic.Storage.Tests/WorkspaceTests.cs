using Agentic.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Agentic.Storage.Tests;

public class WorkspaceTests
{
    [Fact]
    public void Open_New_IsItsOwnersAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // no such modes there
        }

        using var folder = new TemporaryFolder();
        string inner = Path.Combine(folder.Path, "data", "agentic");
        using Workspace workspace = Workspace.Open(inner);

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(inner));
        foreach (string file in Directory.GetFiles(inner, "*", SearchOption.AllDirectories))
        {
            Assert.Equal(Owner, File.GetUnixFileMode(file));
        }

        Assert.Contains(Directory.GetFiles(inner), file => file.EndsWith("-wal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Artefacts_AreFoundAgainByKindAndKey()
    {
        using var folder = new TemporaryFolder();
        using (Workspace first = Workspace.Open(folder.Path))
        {
            await first.Artefacts.PutAsync("tree", "a", "one"u8.ToArray());
            await first.Artefacts.PutAsync("tree", "a", "two"u8.ToArray());
        }

        using Workspace second = Workspace.Open(folder.Path);
        Assert.Equal("two"u8.ToArray(), (await second.Artefacts.GetAsync("tree", "a"))!.Value.ToArray());
        Assert.Null(await second.Artefacts.GetAsync("tree", "b"));
        Assert.Null(await second.Artefacts.GetAsync("section", "a"));
    }

    [Fact]
    public void Open_OfANewerVersion_IsRefusedWithBothVersions()
    {
        using var folder = new TemporaryFolder();
        Workspace.Open(folder.Path).Dispose();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder.Path, Workspace.FileName)};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        StorageException refused = Assert.Throws<StorageException>(() => Workspace.Open(folder.Path));
        Assert.Contains("format 99", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"up to {Schema.Versions.Count}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfSomethingElse_IsRefusedInOneSentence()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, Workspace.FileName), string.Concat(Enumerable.Repeat("This is not a database. ", 100)));

        StorageException refused = Assert.Throws<StorageException>(() => Workspace.Open(folder.Path));
        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(refused.Hint);
    }

    [Fact]
    public void Open_WhereAFileIsInTheWay_IsRefusedInOneSentence()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "x");

        Assert.Contains("cannot be written", Assert.Throws<StorageException>(() => Workspace.Open(Path.Combine(file, "inner"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_TornAtAnyLength_WorksWithWhatIsLeftOrSaysSo()
    {
        using var folder = new TemporaryFolder();
        using (Workspace workspace = Workspace.Open(folder.Path))
        {
            await RunStoreTests.JournalAsync(workspace, "torn", calls: 40);
            // While it is open the log holds what the file does not: copy both as a crash leaves them.
            Copy(folder.Path, folder.Path + "/copy");
        }

        foreach (string name in (string[])[Workspace.FileName, Workspace.FileName + "-wal"])
        {
            long whole = new FileInfo(Path.Combine(folder.Path, "copy", name)).Length;
            for (int i = 0; i <= 60; i++)
            {
                string torn = $"{folder.Path}/torn";
                Copy(folder.Path + "/copy", torn);
                using (FileStream file = File.OpenWrite(Path.Combine(torn, name)))
                {
                    file.SetLength(whole * i / 60);
                }

                await ReadAsync(torn, whole: i == 60);
                Directory.Delete(torn, recursive: true);
            }
        }
    }

    private static async Task ReadAsync(string folder, bool whole)
    {
        try
        {
            using Workspace workspace = Workspace.Open(folder);
            RunDetails? run = await workspace.Runs.FindAsync("torn");
            Assert.True(!whole || run is { Calls.Count: 40 });
            Assert.True(run is null || run.Calls.Select((call, i) => call.Result.Span.SequenceEqual(BitConverter.GetBytes(i))).All(right => right));
        }
        catch (StorageException e) when (!whole)
        {
            Assert.NotNull(e.Message);
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from).Where(f => !f.EndsWith("-shm", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
