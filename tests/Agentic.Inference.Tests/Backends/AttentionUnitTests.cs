using System.Text.Json;
using Agentic.Inference.Attention;
using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Scalar;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

/// <summary>Attention over segments against independent references in float64: dense, and LM-Infinite as a list of two segments.</summary>
public abstract class AttentionUnitTests
{
    private const float Tolerance = 2e-5f;

    protected abstract IComputeBackend CreateBackend();

    [Theory]
    [InlineData("half", 96)]
    [InlineData("half", 7)]
    [InlineData("adjacent", 40)]
    [InlineData("adjacent", 1)]
    public void Dense_AnyChunk_EqualsReference(string name, int chunk)
    {
        using IComputeBackend backend = CreateBackend();
        using var unit = new AttentionUnit(backend, "dense");
        DeviceBuffer rows = unit.Rows(AttentionUnit.Rope(name == "half" ? RopePairing.Half : RopePairing.Adjacent), i => i, i => i);
        DeviceKvPool pool = unit.Pool(1);
        unit.Append(pool, rows, 0);
        JsonElement expected = unit.Cases.Single(c => c.GetProperty("name").GetString() == name);
        foreach ((int query, float[] output, float[] logSumExp) in AttentionUnit.Expected(expected))
        {
            int first = query / chunk * chunk;
            (float[] found, float[] sums) = unit.Attend(pool, [rows], first, Math.Min(chunk, unit.Tokens - first), AttentionSegment.Dense);
            Compare(output, found.AsSpan((query - first) * output.Length, output.Length));
            Compare(logSumExp, sums.AsSpan((query - first) * logSumExp.Length, logSumExp.Length));
        }
    }

    [Fact]
    public void LmInfinite_TwoSegments_EqualsReference()
    {
        using IComputeBackend backend = CreateBackend();
        using var unit = new AttentionUnit(backend, "lm_infinite");
        RopeTable rope = AttentionUnit.Rope(RopePairing.Half);
        foreach (JsonElement expected in unit.Cases)
        {
            int window = expected.GetProperty("params").GetProperty("window").GetInt32();
            int first = expected.GetProperty("params").GetProperty("n_global").GetInt32();

            // Near keys at their distance; the first ones, once they are farther, un-rotated under a query that stands at the window.
            DeviceBuffer near = unit.Rows(rope, i => i, i => i);
            DeviceBuffer far = unit.Rows(rope, _ => window, null);
            DeviceKvPool pool = unit.Pool(2);
            unit.Append(pool, near, 0);
            unit.Append(pool, far, 1);
            foreach ((int query, float[] output, float[] logSumExp) in AttentionUnit.Expected(expected))
            {
                (float[] found, float[] sums) = unit.Attend(
                    pool,
                    [near, far],
                    query,
                    1,
                    new AttentionSegment { Mask = AttentionMask.CausalWindow, Window = window },
                    new AttentionSegment { KeyPlane = 1, QueryPlane = 1, KeyRange = [(0, Math.Clamp(query - window + 1, 0, first))] });
                Compare(output, found);
                Compare(logSumExp, sums);
            }
        }
    }

    private static void Compare(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], found[i], Tolerance);
        }
    }
}

public sealed class ScalarAttentionUnitTests : AttentionUnitTests
{
    protected override IComputeBackend CreateBackend() => new ScalarBackend();
}
