using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>
/// Lays activations out for the tiles: groups of 4 rows, the last group of 1, 2 or 4 (padded). Quantised groups hold per block of 32 columns the
/// codes of each row, then scales and sums (see <see cref="IntTile512{TPanel}"/>); float groups are [column][row].
/// </summary>
internal static unsafe class ActivationPacker
{
    /// <summary>Rows of a full group.</summary>
    public const int GroupRows = 4;

    /// <summary>Bytes of a row in a block of 32 columns: codes, scale, sum, two half sums.</summary>
    public const int RowBlockBytes = 48;

    /// <summary>Rows that the group of the given number of remaining rows is computed with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TileRows(int remaining) => remaining >= 3 ? 4 : remaining;

    /// <summary>Rounds a group to 8 bits: d = amax / 127, q = round to even(x · 127 / amax).</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Quantise(float* x, int stride, int valid, int tileRows, int blocks, byte* target)
    {
        for (int t = 0; t < tileRows; t++)
        {
            float* source = x + (long)Math.Min(t, valid - 1) * stride;
            byte* block = target;
            for (int b = 0; b < blocks; b++, source += 32, block += tileRows * RowBlockBytes)
                Block(source, block + 32 * t, (float*)(block + 32 * tileRows) + t, tileRows);
        }
    }

    /// <summary>Interleaves a group's rows: [column][row].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Interleave(float* x, int stride, int valid, int tileRows, int columns, float* target)
    {
        for (int t = 0; t < tileRows; t++)
        {
            float* source = x + (long)Math.Min(t, valid - 1) * stride;
            for (int k = 0; k < columns; k++) target[k * tileRows + t] = source[k];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(float* x, byte* codes, float* numbers, int tileRows)
    {
        Vector256<float> x0 = Vector256.Load(x), x1 = Vector256.Load(x + 8), x2 = Vector256.Load(x + 16), x3 = Vector256.Load(x + 24);
        Vector256<float> largest = Vector256.Max(Vector256.Max(Vector256.Abs(x0), Vector256.Abs(x1)), Vector256.Max(Vector256.Abs(x2), Vector256.Abs(x3)));
        Vector128<float> four = Vector128.Max(largest.GetLower(), largest.GetUpper());
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2)));
        float amax = four.ToScalar();
        float scale = amax / 127f;
        Vector256<float> inverse = Vector256.Create(amax == 0 ? 0 : 127f / amax);
        Vector256<int> q0 = Round(x0 * inverse), q1 = Round(x1 * inverse), q2 = Round(x2 * inverse), q3 = Round(x3 * inverse);
        Vector256.Narrow(Vector256.Narrow(q0, q1), Vector256.Narrow(q2, q3)).Store((sbyte*)codes);
        int first = Vector256.Sum(q0 + q1), second = Vector256.Sum(q2 + q3);
        numbers[0] = scale;
        numbers[tileRows] = scale * (first + second);
        numbers[2 * tileRows] = scale * first;
        numbers[3 * tileRows] = scale * second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(Vector256<float> x) => Vector256.ConvertToInt32Native(Vector256.Round(x));
}
