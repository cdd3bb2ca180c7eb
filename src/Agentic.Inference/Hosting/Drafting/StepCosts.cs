namespace Agentic.Inference.Hosting.Drafting;

/// <summary>How long steps of replies take, measured online: by the number of replies without drafts, and what each row of drafts adds.</summary>
internal sealed class StepCosts
{
    private const double Weight = 0.1;

    // An outlier, such as a pause of the machine, counts as so many times of what is usual at most.
    private const double Outlier = 2;
    private const double RowMemory = 0.98;
    private const double RowTrust = 4;

    /// <summary>What a row of drafts is thought to add as long as nothing is known, in steps of one reply.</summary>
    private const double UsualRow = 0.2;

    private const int FirstRows = 3;

    // Without drafts the measured cost of their rows is forgotten slowly, so that they are tried again some time.
    private const double Forgetting = 0.998;

    private readonly SortedList<int, double> _plain = [];
    private double _rowSeconds;
    private double _rows;

    /// <summary>Seconds that a row of drafts adds to a step; 0 as long as no step was measured.</summary>
    public double Row => (_rowSeconds + RowTrust * UsualRow * Unit) / (_rows + RowTrust);

    /// <summary>Most rows of drafts in a step: few as long as none was measured.</summary>
    public int MostRows => _rows < FirstRows ? FirstRows : int.MaxValue;

    private double Unit => _plain.Count == 0 ? 0 : _plain.Values[0] / (1 + UsualRow * (_plain.Keys[0] - 1));

    /// <summary>Seconds of a step with a row of each of so many replies; 0 as long as no step was measured.</summary>
    public double Plain(int replies)
    {
        if (_plain.TryGetValue(replies, out double seconds))
        {
            return seconds;
        }

        int nearest = -1;
        foreach (int known in _plain.Keys)
        {
            nearest = nearest < 0 || Math.Abs(known - replies) < Math.Abs(nearest - replies) ? known : nearest;
        }

        return nearest < 0 ? 0 : Math.Max(_plain[nearest] / 2, _plain[nearest] + (replies - nearest) * Row);
    }

    /// <summary>Takes note of a step without prompt rows.</summary>
    /// <param name="replies">Replies in it.</param>
    /// <param name="drafts">Rows of drafts beside theirs.</param>
    /// <param name="seconds">How long it took.</param>
    public void Record(int replies, int drafts, double seconds)
    {
        if (replies == 0 || seconds <= 0)
        {
            return;
        }

        if (drafts == 0)
        {
            double before = _plain.GetValueOrDefault(replies, seconds);
            _plain[replies] = before + Weight * (Math.Min(seconds, Outlier * before) - before);
            _rowSeconds *= Forgetting;
            _rows *= Forgetting;
            return;
        }

        if (_plain.Count == 0)
        {
            return;
        }

        double plain = Plain(replies);
        _rowSeconds = RowMemory * _rowSeconds + Math.Clamp(seconds - plain, 0, Outlier * Math.Max(plain, drafts * Row));
        _rows = RowMemory * _rows + drafts;
    }
}
