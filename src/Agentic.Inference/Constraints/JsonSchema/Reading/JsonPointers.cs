using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Agentic.Inference.Constraints.JsonSchema.Reading;

/// <summary>JSON pointers (RFC 6901).</summary>
internal static class JsonPointers
{
    /// <summary>A pointer one step further down.</summary>
    public static string Append(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>A pointer to a member of a list.</summary>
    public static string Append(string pointer, int index) => $"{pointer}/{index.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The fragment of a reference as a pointer: percent-encoding undone; null when the fragment is no pointer.</summary>
    public static string? FromFragment(string fragment)
    {
        string text = Uri.UnescapeDataString(fragment);
        return text.Length == 0 || text[0] == '/' ? text : null;
    }

    /// <summary>What a pointer leads to; false when it leads nowhere.</summary>
    public static bool TryFollow(JsonElement root, string pointer, out JsonElement found)
    {
        found = root;
        foreach (string step in pointer.Split('/').Skip(1))
        {
            if (!TryStep(found, Unescape(step), out found))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryStep(JsonElement at, string name, out JsonElement next)
    {
        next = default;
        if (at.ValueKind == JsonValueKind.Object)
        {
            return at.TryGetProperty(name, out next);
        }

        if (at.ValueKind != JsonValueKind.Array || !int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= at.GetArrayLength())
        {
            return false;
        }

        next = at[index];
        return true;
    }

    // In one pass, since "~01" stands for "~1".
    private static string Unescape(string step)
    {
        if (!step.Contains('~', StringComparison.Ordinal))
        {
            return step;
        }

        var text = new StringBuilder(step.Length);
        for (int i = 0; i < step.Length; i++)
        {
            bool escape = step[i] == '~' && i + 1 < step.Length && (step[i + 1] is '0' or '1');
            text.Append(escape ? (step[++i] == '1' ? '/' : '~') : step[i]);
        }

        return text.ToString();
    }
}
