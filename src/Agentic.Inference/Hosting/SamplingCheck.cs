using System.Globalization;
using Agentic.Inference.Backends;

namespace Agentic.Inference.Hosting;

/// <summary>Refuses numbers that have no meaning for a draw, before any work is done for them.</summary>
internal static class SamplingCheck
{
    /// <summary>Most characters of all stop texts of a request together.</summary>
    private const long StopChars = 10_000_000;

    /// <exception cref="ConfigurationException">A number is out of range, or a bias names a token that does not exist.</exception>
    public static void Check(GenerationRequest request, int vocabulary)
    {
        SamplingRow sampling = request.Sampling;
        InRange("Temperature", sampling.Temperature, 0, 100);
        InRange("Top-p", sampling.TopP, 0, 1);
        InRange("Min-p", sampling.MinP, 0, 1);
        InRange("The repetition penalty", sampling.RepetitionPenalty, 0.01f, 100);
        InRange("The frequency penalty", sampling.FrequencyPenalty, -100, 100);
        InRange("The presence penalty", sampling.PresencePenalty, -100, 100);
        InRange("Top-k", sampling.TopK, 0, int.MaxValue);
        InRange("The number of log-probabilities", sampling.TopLogProbs, 0, 1000);
        foreach ((int token, float bias) in sampling.Bias ?? new Dictionary<int, float>())
        {
            if ((uint)token >= (uint)vocabulary)
            {
                throw new ConfigurationException($"The logit bias names token {token}, which does not exist: the vocabulary has {vocabulary}, counted from 0.");
            }

            if (float.IsNaN(bias) || float.IsPositiveInfinity(bias))
            {
                throw new ConfigurationException($"The logit bias of token {token} must be a number or minus infinity, not {bias.ToString(CultureInfo.InvariantCulture)}.");
            }
        }

        long chars = request.StopSequences.Sum(stop => (long)stop.Length);
        if (chars > StopChars)
        {
            throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"The stop texts have {chars:N0} characters together; at most {StopChars:N0} are looked for."));
        }
    }

    private static void InRange(string name, float value, float low, float high)
    {
        if (!(value >= low && value <= high))
        {
            throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"{name} must lie between {low} and {high}, not at {value}."));
        }
    }
}
