using Agentic.Inference.Backends;
using Agentic.Inference.Models.Architectures;

namespace Agentic.Inference.Models;

/// <summary>Reads the <c>ARCH.expert_*</c> keys.</summary>
internal static class ExpertConfigReader
{
    private const string Count = "expert_count";
    private const string Used = "expert_used_count";
    private const string Groups = "expert_group_count";
    private const string GroupsUsed = "expert_group_used_count";
    private const string Gating = "expert_gating_func";

    /// <summary>The mixture; null when the model is dense.</summary>
    public static ExpertConfig? Read(HyperParameters keys, ArchitectureTraits traits, int feedForward)
    {
        keys.RefuseUnlessZero("nextn_predict_layers", "layers that predict several tokens");
        if (traits.Experts is not { } kind || (keys.TryCount(Count) ?? 0) == 0)
        {
            return null;
        }

        int hidden = keys.PositiveCount("expert_feed_forward_length") ?? feedForward;
        return new ExpertConfig(Routing(keys, kind), hidden)
        {
            SharedHiddenLength = kind.SharedGate ? keys.PositiveCount("expert_shared_feed_forward_length") ?? feedForward : checked((keys.TryCount("expert_shared_count") ?? 0) * hidden),
            LeadingDenseLayers = keys.TryCount("leading_dense_block_count") ?? 0,
        };
    }

    private static ExpertRouting Routing(HyperParameters keys, ExpertTraits kind)
    {
        int experts = keys.Count(Count);
        int used = keys.Count(Used);
        if (used > experts)
        {
            throw keys.Error(Used, $"is {used}, but there are {experts} experts.");
        }

        int groups = keys.PositiveCount(Groups) ?? 1;
        int groupsUsed = keys.PositiveCount(GroupsUsed) ?? groups;
        if (experts % groups != 0 || groupsUsed > groups || used > experts / groups * groupsUsed)
        {
            throw keys.Error(Groups, $"is {groups}, of which {groupsUsed} are used: {used} of {experts} experts cannot be chosen so.");
        }

        ExpertGating gating = keys.TryCount(Gating) switch
        {
            null or 0 => kind.Gating,
            1 => ExpertGating.Softmax,
            2 => ExpertGating.Sigmoid,
            3 => ExpertGating.SoftmaxOfChosen,
            var other => throw keys.NotSupported(Gating, $"is {other}; 1 (softmax), 2 (sigmoid) and 3 (softmax over the chosen) are supported."),
        };
        double scale = keys.Float("expert_weights_scale", 0, minimum: 0);
        return new ExpertRouting(experts, used, gating)
        {
            Normalise = keys.Flag("expert_weights_norm") ?? kind.Normalise,
            Scale = scale == 0 ? 1 : (float)scale,
            Groups = groups,
            GroupsUsed = groupsUsed,
            GroupBest = gating == ExpertGating.Sigmoid ? 2 : 1,
        };
    }
}
