using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Agentic.Storage.Runs;

/// <summary>Names of runs: they are file names too.</summary>
internal static partial class RunName
{
    /// <exception cref="ConfigurationException">The name is impossible.</exception>
    public static void Check(string name)
    {
        if (!Allowed().IsMatch(name))
        {
            throw new ConfigurationException($"'{name}' cannot name a run.", "Use letters, digits, '-', '_' and '.', at most 64, and begin with a letter or digit.");
        }
    }

    /// <summary>A name that nobody has.</summary>
    public static string New(string strategy) => $"{strategy}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();
}
