using System.Text;

namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>Templates count characters in code points; this finds them in UTF-16.</summary>
internal static class CodePoints
{
    public static int Count(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            count -= char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]) ? 1 : 0;
        }
        return count;
    }

    /// <summary>UTF-16 index of every code point.</summary>
    public static int[] Starts(string text)
    {
        var starts = new List<int>(text.Length);
        for (var i = 0; i < text.Length; i += Step(text, i))
        {
            starts.Add(i);
        }
        return [.. starts];
    }

    /// <summary>The code points as texts of their own.</summary>
    public static IEnumerable<MarkedText> Split(MarkedText text)
    {
        for (var i = 0; i < text.Text.Length; i += Step(text.Text, i))
        {
            yield return text.Slice(i, Step(text.Text, i));
        }
    }

    private static int Step(string text, int index) =>
        Rune.DecodeFromUtf16(text.AsSpan(index), out _, out var used) == System.Buffers.OperationStatus.Done ? used : 1;
}
