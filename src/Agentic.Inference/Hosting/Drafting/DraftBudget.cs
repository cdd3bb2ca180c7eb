namespace Agentic.Inference.Hosting.Drafting;

/// <summary>
/// Which rows of drafts a step takes on: those that bring more tokens for their time than the step does without them. What all replies of the
/// step gain by a token is weighed against what all of them wait for it.
/// </summary>
internal sealed class DraftBudget
{
    /// <summary>How much better than the step without it a row must be: chances and costs are estimates.</summary>
    private const double Margin = 1.25;

    /// <summary>Beside prompts a row of drafts takes the place of a row of a prompt, which is never in vain.</summary>
    private const double LeastBesidePrompts = 0.35;

    private double _least;
    private double _seconds;
    private double _rowSeconds;
    private double _tokens;

    /// <summary>Rows that may still be taken.</summary>
    public int Room { get; private set; }

    /// <summary>Rows taken.</summary>
    public int Rows { get; private set; }

    /// <summary>Begins a step.</summary>
    /// <param name="costs">What steps take.</param>
    /// <param name="replies">Replies that get a row.</param>
    /// <param name="room">Most rows of drafts.</param>
    /// <param name="beside">Seconds that prompts will fill in the step; 0 = none.</param>
    public void Begin(StepCosts costs, int replies, int room, double beside)
    {
        double plain = costs.Plain(replies);
        // Nothing measured yet: no drafts, but for the step that measures.
        (Rows, Room) = (0, plain > 0 ? Math.Clamp(room, 0, costs.MostRows) : 0);
        _seconds = plain + beside;
        _rowSeconds = costs.Row;
        _tokens = replies;
        _least = beside > 0 ? LeastBesidePrompts : 0;
    }

    /// <summary>Whether a row pays whose token counts with this chance.</summary>
    public bool Pays(double chance) => Room > 0 && chance >= _least && chance * _seconds > Margin * _rowSeconds * _tokens;

    /// <summary>Takes a row.</summary>
    public void Take(double chance)
    {
        Room--;
        Rows++;
        _seconds += _rowSeconds;
        _tokens += chance;
    }

    /// <summary>Gives back rows that were taken and not used.</summary>
    public void Return(int rows)
    {
        Room += rows;
        Rows -= rows;
    }
}
