using System.Text;

namespace Agentic.Cli.Output;

/// <summary>Writes an answer for people: its text as it comes, then what supports it.</summary>
internal sealed class AnswerPrinter(CommandOutput output, bool allEvidence)
{
    private readonly StringBuilder _streamed = new();
    private readonly TextStyle _style = new(output.OutIsTerminal && output.Colour);

    public void Stream(string text)
    {
        if (_streamed.Length == 0)
        {
            text = text.TrimStart();
        }

        _streamed.Append(text);
        output.Out.Write(text);
    }

    /// <summary>What was streamed is void; the next text begins on its own line.</summary>
    public void Restart()
    {
        EndLine();
        _streamed.Clear();
    }

    public void Finish(Answer answer)
    {
        if (answer.Status is RunStatus.Planned && answer.Plan is RunPlan plan)
        {
            foreach (string line in PlanText.Table(plan))
            {
                output.Out.WriteLine(line);
            }

            return;
        }

        string text = answer.Text.Trim();
        bool shown = text == _streamed.ToString().Trim();
        EndLine();
        if (!shown && text.Length > 0)
        {
            output.Out.WriteLine(text);
        }

        if (answer.Evidence.Count > 0)
        {
            if (text.Length > 0)
            {
                output.Out.WriteLine();
            }

            new EvidencePrinter(output, _style, allEvidence).Print(answer);
        }
    }

    private void EndLine()
    {
        if (_streamed.Length > 0 && _streamed[^1] != '\n')
        {
            output.Out.WriteLine();
        }
    }
}
