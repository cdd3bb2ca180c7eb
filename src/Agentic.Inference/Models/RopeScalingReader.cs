using Agentic.Inference.Gguf;
using Agentic.Inference.Models.Architectures;

namespace Agentic.Inference.Models;

/// <summary>Reads the <c>ARCH.rope.scaling.*</c> keys.</summary>
internal static class RopeScalingReader
{
    public static RopeScaling Read(HyperParameters keys, ArchitectureTraits traits, int contextLength)
    {
        const string type = "rope.scaling.type";
        // Writers before the scaling keys stored the factor of linear scaling by itself; a factor of 0 says "none".
        var factor = keys.Float("rope.scaling.factor", keys.Float("rope.scale_linear", 0, minimum: 0), minimum: 0);
        var name = keys.Text(type) ?? (factor > 0 ? "linear" : "none");
        var kind = name switch
        {
            "none" or "default" => RopeScalingKind.None,
            "linear" => RopeScalingKind.Linear,
            "ntk" => RopeScalingKind.Ntk,
            "dynamic" => RopeScalingKind.DynamicNtk,
            "yarn" => RopeScalingKind.Yarn,
            // Its factors are tensors; a file that has them may say so or not.
            "longrope" when keys.HasLongRopeFactors => RopeScalingKind.None,
            _ => throw keys.NotSupported(type, $"is '{FileText.Show(name)}'; none, linear, ntk, dynamic and yarn are supported."),
        };
        const string logMultiplier = "rope.scaling.yarn_log_multiplier";
        if (!traits.LatentAttention)
        {
            keys.RefuseUnlessZero(logMultiplier, "a YaRN log multiplier");
        }

        return new(
            kind,
            factor == 0 ? 1 : factor,
            keys.CappedCount("rope.scaling.original_context_length", contextLength),
            keys.Float("rope.scaling.attn_factor", 1, minimum: 0, exclusive: true) * keys.Float("rope.scaling.yarn_attn_factor", 1, minimum: 0, exclusive: true),
            keys.Float("rope.scaling.yarn_beta_fast", 32, minimum: 0, exclusive: true),
            keys.Float("rope.scaling.yarn_beta_slow", 1, minimum: 0, exclusive: true),
            // −1 is "the usual value".
            keys.Float("rope.scaling.yarn_ext_factor", 1, minimum: -1) is var share && share < 0 ? 1 : share,
            keys.Float(logMultiplier, 0, minimum: 0),
            traits.YarnRoundsRamp);
    }
}
