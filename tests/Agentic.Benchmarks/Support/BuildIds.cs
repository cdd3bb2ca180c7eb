using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Agentic.Benchmarks.Support;

/// <summary>What was measured, and where.</summary>
internal static class BuildIds
{
    /// <summary>The commit of the working folder, and whether files differ from it.</summary>
    public static string Commit => Git("rev-parse --short HEAD") is { Length: > 0 } commit
        ? commit + (Git("status --porcelain -- src tests") is { Length: > 0 } ? " with uncommitted changes" : "")
        : "unknown commit";

    /// <summary>The runtime.</summary>
    public static string Runtime => RuntimeInformation.FrameworkDescription;

    /// <summary>Name, family and model of the processor, and which wide instructions the runtime uses on it.</summary>
    public static string Processor
    {
        get
        {
            string name = Fact("model name") is { Length: > 0 } told ? $"{told} (family {Fact("cpu family")}, model {Fact("model")})" : RuntimeInformation.ProcessArchitecture.ToString();
            string[] sets = [.. ((ValueTuple<bool, string>[])[(Avx2.IsSupported, "AVX2"), (Avx512BW.IsSupported, "AVX-512"), (AvxVnni.IsSupported, "AVX-VNNI")]).Where(s => s.Item1).Select(s => s.Item2)];
            return $"{name}, {Environment.ProcessorCount} cores, {string.Join(", ", sets)}";
        }
    }

    /// <summary>How busy the machine was over the last minute; null where it is not told.</summary>
    public static string? Load => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : null;

    private static string Fact(string name) => !File.Exists("/proc/cpuinfo") ? "" : File.ReadLines("/proc/cpuinfo")
        .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).FirstOrDefault(pair => pair is [var key, _] && key == name)?[1] ?? "";

    private static string Git(string arguments)
    {
        try
        {
            using Process git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string output = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : "";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return ""; // no git on this machine
        }
    }
}
