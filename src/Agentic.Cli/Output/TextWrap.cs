namespace Agentic.Cli.Output;

/// <summary>Breaks a paragraph at blanks, or cuts it.</summary>
internal static class TextWrap
{
    /// <summary>The text in one line of at most so many characters.</summary>
    public static string OneLine(string text, int width)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Length <= width ? line : $"{line.AsSpan(0, char.IsHighSurrogate(line[width - 2]) ? width - 2 : width - 1)}…";
    }

    public static IEnumerable<string> Lines(string text, int width)
    {
        int start = 0;
        while (text.Length - start > width)
        {
            int end = text.LastIndexOf(' ', start + width, width);
            if (end <= start)
            {
                end = start + width;
                yield return text[start..end];
                start = end;
                continue;
            }

            yield return text[start..end];
            start = end + 1;
        }

        yield return text[start..];
    }
}
