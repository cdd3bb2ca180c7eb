using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models;

/// <summary>
/// Names a file's weights: two XXH64 (Collet's specification, seeds 0 and 1) over the whole header and over blocks spread through every tensor.
/// Milliseconds, whatever the size; not a defence against forgery.
/// </summary>
internal static class WeightsHash
{
    private const int Block = 4096;
    private const int BlocksPerTensor = 16;

    public static unsafe string Compute(GgufFile file)
    {
        ulong low = (ulong)file.Length;
        ulong high = ~(ulong)file.Length;
        void Mix(ReadOnlySpan<byte> bytes)
        {
            low = XxHash64.Compute(bytes, low);
            high = XxHash64.Compute(bytes, high);
        }

        if (file.Tensors.Count > 0)
        {
            GgufTensor first = file.Tensors.MinBy(tensor => tensor.Offset)!;
            Mix(new ReadOnlySpan<byte>(file.Data(first) - first.Offset, checked((int)first.Offset)));
        }

        foreach (GgufTensor tensor in file.Tensors)
        {
            byte* data = file.Data(tensor);
            if (tensor.Bytes <= Block * BlocksPerTensor)
            {
                Mix(new ReadOnlySpan<byte>(data, (int)tensor.Bytes));
                continue;
            }

            for (int i = 0; i < BlocksPerTensor; i++)
            {
                Mix(new ReadOnlySpan<byte>(data + (tensor.Bytes - Block) / (BlocksPerTensor - 1) * i, Block));
            }
        }

        return $"xxh64-sampled:{high:x16}{low:x16}";
    }
}
