namespace Agentic.Inference.Hosting.Engine;

/// <summary>
/// How many prompt rows a step may take so that it ends in time. A step's duration is fitted online as a fixed part (replies, overhead) and a part
/// that grows with its prompt rows, by least squares over the recent steps, older ones counting less.
/// </summary>
internal sealed class StepGovernor(TimeSpan stepTime)
{
    /// <summary>Least prompt rows of a step, however long they take.</summary>
    public const int LeastRows = 16;

    private const double Memory = 0.9;
    private const double FirstCost = 64;
    private const double Growth = 2;

    /// <summary>Steps are planned for this share of their time: estimates err both ways.</summary>
    private const double Margin = 0.8;

    /// <summary>How much longer a step without replies may take.</summary>
    private const double PromptsOnly = 4;

    private readonly double _limit = stepTime.TotalSeconds;
    private double _weight;
    private double _cost;
    private double _time;
    private double _costCost;
    private double _costTime;
    private double _slope;
    private double _largest = FirstCost / Growth;

    /// <summary>Seconds that a step with prompts and replies is planned for.</summary>
    public double StepSeconds => _limit * Margin;

    /// <summary>Cost in prompt rows at position 0 that a step may take on.</summary>
    /// <param name="hasReplies">Whether replies wait for the step to end.</param>
    public double Allowance(bool hasReplies)
    {
        double limit = hasReplies ? _limit : PromptsOnly * _limit;
        double fixedPart = _weight > 0 ? Math.Max(0, (_time - _slope * _cost) / _weight) : 0;
        double affordable = _slope > 0 ? Math.Max(0, limit * Margin - fixedPart) / _slope : double.PositiveInfinity;
        return Math.Max(LeastRows, Math.Min(affordable, _largest * Growth));
    }

    /// <summary>Takes note of a step.</summary>
    /// <param name="cost">Cost of its prompt rows.</param>
    /// <param name="seconds">How long it took.</param>
    public void Record(double cost, double seconds)
    {
        _largest = Math.Max(_largest, cost);
        if (seconds <= 0)
        {
            return;
        }

        _weight = Memory * _weight + 1;
        _cost = Memory * _cost + cost;
        _time = Memory * _time + seconds;
        _costCost = Memory * _costCost + cost * cost;
        _costTime = Memory * _costTime + cost * seconds;
        if (cost == 0)
        {
            return;
        }

        double variance = _costCost - _cost * _cost / _weight;
        double fitted = variance > 0.01 * _costCost ? (_costTime - _cost * _time / _weight) / variance : 0;

        // Steps of one size say nothing about the fixed part: then all of the time is laid to the rows, as it is when a fit makes no sense.
        double whole = _costTime / _costCost;
        _slope = fitted > 0.2 * whole ? Math.Min(fitted, whole) : whole;
        if (seconds > _limit && cost > LeastRows)
        {
            // Too long: believe this step more than the ones before.
            double fixedPart = Math.Max(0, (_time - _slope * _cost) / _weight);
            _slope = Math.Max(_slope, (seconds - Math.Min(fixedPart, 0.5 * seconds)) / cost);
        }
    }
}
