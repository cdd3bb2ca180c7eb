using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting.Probing;

/// <summary>Reads a text and sums up its final states: of all tokens, or of the last alone.</summary>
internal sealed class PoolingJob(int[] tokens, bool lastAlone, int width, CancellationToken cancellationToken)
    : PromptJob<float[]>(tokens, lastAlone ? tokens.Length - 1 : 0, cancellationToken)
{
    private readonly double[] _sum = new double[width];
    private int _slot = -1;

    protected override bool IsFinite => Array.TrueForAll(_sum, double.IsFinite);

    protected override void Restart()
    {
        Array.Clear(_sum);
        _slot = -1;
    }

    protected override void Ask(StepBatch batch, int row, int rows) => _slot = batch.SumStates(row, rows);

    protected override void Take(StepBatch batch)
    {
        if (_slot < 0)
        {
            return;
        }

        ReadOnlySpan<double> states = batch.StateSum(_slot);
        for (int i = 0; i < _sum.Length; i++)
        {
            _sum[i] += states[i];
        }

        _slot = -1;
    }

    /// <summary>The mean.</summary>
    protected override float[] Tell() => [.. _sum.Select(sum => (float)(sum / (lastAlone ? 1 : Tokens.Length)))];
}
