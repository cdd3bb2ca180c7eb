namespace Agentic.Cli.Output;

/// <summary>Breaks a paragraph at blanks.</summary>
internal static class TextWrap
{
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
