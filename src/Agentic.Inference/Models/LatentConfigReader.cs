using Agentic.Inference.Models.Architectures;

namespace Agentic.Inference.Models;

/// <summary>Reads the keys of multi-head latent attention.</summary>
internal static class LatentConfigReader
{
    private const string KeyLength = "attention.key_length_mla";

    public static LatentConfig? Read(HyperParameters keys, ArchitectureTraits traits)
    {
        if (!traits.LatentAttention)
        {
            return null;
        }

        if (!keys.Has(KeyLength))
        {
            throw keys.NotSupported("attention.key_length", $"is that of expanded heads ({keys.Key(KeyLength)} is missing): the file was written before compressed keys and values were kept apart. Convert the model again.");
        }

        int rank = keys.Count("attention.kv_lora_rank");
        int keyDim = keys.Count(KeyLength);
        int rope = keys.Count("rope.dimension_count");
        if (rope >= keyDim)
        {
            throw keys.Error("rope.dimension_count", $"is {rope}; less than {keys.Key(KeyLength)}, which is {keyDim}, was expected.");
        }

        Expect(keys, "attention.head_count_kv", 1);
        Expect(keys, "attention.key_length", rank + rope);
        Expect(keys, "attention.value_length", rank);
        return new LatentConfig(keys.TryCount("attention.q_lora_rank") ?? 0, rank, keyDim, keys.Count("attention.value_length_mla"), rope);
    }

    private static void Expect(HyperParameters keys, string name, int expected)
    {
        if (keys.Count(name) is var value && value != expected)
        {
            throw keys.Error(name, $"is {value}; {expected} was expected with compressed keys and values.");
        }
    }
}
