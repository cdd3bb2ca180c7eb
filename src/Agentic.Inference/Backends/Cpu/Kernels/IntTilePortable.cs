namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>The integer product without vector instructions: the same sums in the same order of blocks, for processors without AVX2.</summary>
internal static unsafe class IntTilePortable<TPanel>
    where TPanel : struct, IIntPanel
{
    /// <summary>4 tokens.</summary>
    public static void Tile4(byte* w, byte* a, int blocks, float* tile) => Run(w, a, blocks, tile, 4);

    /// <summary>2 tokens.</summary>
    public static void Tile2(byte* w, byte* a, int blocks, float* tile) => Run(w, a, blocks, tile, 2);

    /// <summary>1 token.</summary>
    public static void Tile1(byte* w, byte* a, int blocks, float* tile) => Run(w, a, blocks, tile, 1);

    private static void Run(byte* w, byte* a, int blocks, float* tile, int tokens)
    {
        int codeBytes = TPanel.Nibbles ? 256 : 512;
        int blockBytes = codeBytes + TPanel.Scales * (TPanel.Offset == 0 ? 128 : 64);
        for (int i = 0; i < 16 * tokens; i++) tile[i] = 0;
        for (int b = 0; b < blocks; b++, w += blockBytes, a += 48 * tokens)
        {
            float* scales = (float*)(w + codeBytes);
            for (int t = 0; t < tokens; t++)
            {
                sbyte* q = (sbyte*)a + 32 * t;
                float d = ((float*)(a + 32 * tokens))[t];
                float* sums = (float*)(a + 36 * tokens) + t;
                for (int row = 0; row < 16; row++)
                {
                    int first = Half(w, q, row, 0), second = Half(w, q, row, 1);
                    float* c = tile + 16 * t + row;
                    if (TPanel.Scales == 1)
                    {
                        *c = *c + Minimum(scales, row, 0) * sums[0] + (first + second) * (scales[row] * d);
                    }
                    else
                    {
                        *c = *c + Minimum(scales, row, 0) * sums[tokens] + first * (scales[row] * d);
                        *c = *c + Minimum(scales, row, 1) * sums[2 * tokens] + second * (scales[16 + row] * d);
                    }
                }
            }
        }
    }

    private static float Minimum(float* scales, int row, int half) =>
        TPanel.Offset == 0 ? scales[16 * (TPanel.Scales + half) + row] : -(float)TPanel.Offset * scales[16 * half + row];

    private static int Half(byte* w, sbyte* q, int row, int half)
    {
        int sum = 0;
        for (int group = 0; group < 4; group++)
        {
            byte* codes = TPanel.Nibbles ? w + 64 * group + 4 * row : w + 64 * (group + 4 * half) + 4 * row;
            sbyte* acts = q + 16 * half + 4 * group;
            for (int i = 0; i < 4; i++)
            {
                int code = !TPanel.Nibbles ? codes[i] : half == 0 ? codes[i] & 15 : codes[i] >> 4;
                sum += code * acts[i];
            }
        }

        return sum;
    }
}
