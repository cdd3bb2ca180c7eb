using System.Globalization;
using Agentic.Cli.Frame;

namespace Agentic.Cli.Commands.Models;

/// <summary>Token ids as they are written on a command line: <c>1,2,3</c>.</summary>
internal static class IdList
{
    /// <exception cref="UsageException">Something is no id of the vocabulary, or there is none.</exception>
    public static int[] Parse(string text, int vocabulary, string origin)
    {
        string[] parts = text.Split([',', ' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int[] ids = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            ids[i] = int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                ? id
                : throw new UsageException($"{origin} holds '{parts[i]}', which is no token id.", "Write ids like 1,2,3.");
        }

        return Check(ids, vocabulary, origin);
    }

    public static int[] Check(int[] ids, int vocabulary, string origin)
    {
        int wrong = Array.FindIndex(ids, id => (uint)id >= (uint)vocabulary);
        return wrong < 0 ? ids : throw new UsageException($"{origin} holds {ids[wrong]}, but the vocabulary has tokens 0 to {vocabulary - 1}.");
    }
}
