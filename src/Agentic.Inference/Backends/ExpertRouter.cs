namespace Agentic.Inference.Backends;

/// <summary>Chooses experts for one row as <see cref="ExpertRouting"/> defines; arithmetic in double, so that all CPU backends choose alike.</summary>
internal static class ExpertRouter
{
    /// <summary>Fills the chosen experts, best first, and their weights.</summary>
    public static void Route(ReadOnlySpan<float> router, ReadOnlySpan<float> selectionBias, ExpertRouting routing, Span<int> chosen, Span<float> weights)
    {
        Span<double> scores = routing.Experts <= 512 ? stackalloc double[routing.Experts] : new double[routing.Experts];
        Span<float> choice = routing.Experts <= 512 ? stackalloc float[routing.Experts] : new float[routing.Experts];
        Score(router, routing.Gating, scores);
        for (int e = 0; e < scores.Length; e++)
        {
            choice[e] = (float)(scores[e] + (selectionBias.IsEmpty ? 0 : selectionBias[e]));
        }

        if (routing.GroupsUsed < routing.Groups)
        {
            KeepBestGroups(choice, routing);
        }

        // A row that is not finite still names experts; its products carry the fault on.
        int found = TopSelection.Select(choice, chosen);
        for (int i = found; i < chosen.Length; i++)
        {
            chosen[i] = i;
        }

        Weigh(scores, routing, chosen, weights);
    }

    private static void Score(ReadOnlySpan<float> router, ExpertGating gating, Span<double> scores)
    {
        for (int e = 0; e < scores.Length; e++)
        {
            scores[e] = gating == ExpertGating.Sigmoid ? 1 / (1 + Math.Exp(-(double)router[e])) : router[e];
        }

        if (gating == ExpertGating.Softmax)
        {
            Softmax(scores);
        }
    }

    private static void KeepBestGroups(Span<float> choice, ExpertRouting routing)
    {
        int size = routing.Experts / routing.Groups;
        Span<float> groups = stackalloc float[routing.Groups];
        for (int g = 0; g < groups.Length; g++)
        {
            float first = float.NegativeInfinity, second = float.NegativeInfinity;
            foreach (float value in choice.Slice(g * size, size))
            {
                second = Math.Max(second, Math.Min(first, value));
                first = Math.Max(first, value);
            }

            groups[g] = size == 1 || routing.GroupBest == 1 ? first : first + second;
        }

        Span<int> kept = stackalloc int[routing.GroupsUsed];
        kept = kept[..TopSelection.Select(groups, kept)];
        for (int g = 0; g < groups.Length; g++)
        {
            if (!kept.Contains(g))
            {
                choice.Slice(g * size, size).Fill(float.NegativeInfinity);
            }
        }
    }

    private static void Weigh(ReadOnlySpan<double> scores, ExpertRouting routing, ReadOnlySpan<int> chosen, Span<float> weights)
    {
        Span<double> own = stackalloc double[chosen.Length];
        double sum = 0;
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = scores[chosen[i]];
        }

        if (routing.Gating == ExpertGating.SoftmaxOfChosen)
        {
            Softmax(own);
        }

        foreach (double value in own)
        {
            sum += value;
        }

        double factor = routing.Normalise && sum > 0 ? routing.Scale / sum : routing.Scale;
        for (int i = 0; i < own.Length; i++)
        {
            weights[i] = (float)(own[i] * factor);
        }
    }

    private static void Softmax(Span<double> values)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double value in values)
        {
            largest = Math.Max(largest, value);
        }

        foreach (ref double value in values)
        {
            value = Math.Exp(value - largest);
            sum += value;
        }

        foreach (ref double value in values)
        {
            value /= sum;
        }
    }
}
