using System.Diagnostics;
using Agentic.Inference.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Gguf;

public sealed class SpecialFileTests
{
    [Fact]
    public void Open_Device_IsRefusedByKind()
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains("a device", Assert.Throws<ModelException>(() => GgufFile.Open("/dev/zero")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_NamedPipeWithoutAWriter_IsRefusedInsteadOfWaitingForOne()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        DirectoryInfo directory = Directory.CreateTempSubdirectory("agentic-pipe-");
        try
        {
            string path = Path.Combine(directory.FullName, "model.gguf");
            using (Process made = Process.Start("mkfifo", path))
            {
                await made.WaitForExitAsync();
            }

            Task open = Task.Run(() => GgufFile.Open(path));
            ModelException error = await Assert.ThrowsAsync<ModelException>(() => open.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Contains("a named pipe", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void Kind_FileDirectoryAndNothing_IsNull()
    {
        Assert.Null(SpecialFile.Kind(typeof(SpecialFileTests).Assembly.Location));
        Assert.Null(SpecialFile.Kind(AppContext.BaseDirectory));
        Assert.Null(SpecialFile.Kind(Path.Combine(AppContext.BaseDirectory, "none")));
    }
}
