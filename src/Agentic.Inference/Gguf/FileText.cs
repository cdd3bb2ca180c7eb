namespace Agentic.Inference.Gguf;

/// <summary>Text from a file in messages: short, and without control characters that would reach a terminal.</summary>
internal static class FileText
{
    private const int MaxLength = 100;

    public static string Show(string text)
    {
        var shown = text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");
        return shown.Any(char.IsControl) ? string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : shown;
    }
}
