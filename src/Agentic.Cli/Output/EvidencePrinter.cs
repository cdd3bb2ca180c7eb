namespace Agentic.Cli.Output;

/// <summary>Lists quotations with their places.</summary>
internal sealed class EvidencePrinter(CommandOutput output, TextStyle style, bool all)
{
    /// <summary>The best few say enough; the rest is for who asks for it.</summary>
    private const int Few = 5;

    public void Print(Answer answer)
    {
        output.Out.WriteLine(style.Bold(answer.Status is RunStatus.NotFound ? "Nearest passages" : "Evidence"));
        int number = 0;
        int shown = all ? answer.Evidence.Count : Math.Min(Few, answer.Evidence.Count);
        foreach (Evidence item in answer.Evidence.Take(shown))
        {
            string mark = $"{++number,3}. ";
            string quote = $"“{string.Join(' ', item.Quote.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}”";
            int room = output.OutIsTerminal ? output.Width - mark.Length : int.MaxValue;
            string indent = new(' ', mark.Length);
            output.Out.WriteLine(mark + string.Join($"\n{indent}", TextWrap.Lines(quote, room)));
            output.Out.WriteLine($"{indent}{style.Dim(Place(item))}  {(item.Verified ? style.Good("✓ verified") : style.Bad("✗ not in the document"))}");
        }

        if (shown < answer.Evidence.Count)
        {
            output.Out.WriteLine(style.Dim($"     and {answer.Evidence.Count - shown} more with --verbose"));
        }
    }

    private static string Place(Evidence item)
    {
        string page = item.Page is int number ? $", page {number}" : "";
        string span = item.Span is TextSpan s ? $", characters {s.Start}–{s.End}" : "";
        return item.Source + page + span;
    }
}
