using System.Diagnostics;
using System.Globalization;
using Agentic.Inference.Backends;
using Agentic.Inference.Constraints;
using Agentic.Inference.Hosting;

namespace Agentic.Benchmarks.Masks;

/// <summary>Decoding under a constraint against decoding as many tokens freely from the same prompt, in turn in one run, without drafts, which would pay
/// by what the replies say.</summary>
internal static class DecodeRatio
{
    private const int Repetitions = 9;

    public static async Task RunAsync(ModelHost host, int tokens)
    {
        MaskCase one = MaskCases.Extraction;
        Console.WriteLine($"\ndecode, {one.Name}, tokens/s{"",16} free   first reply   later reply | first / free   later / free   (medians of pairs; best / best)");
        foreach ((string name, SamplingRow sampling) in ((string, SamplingRow)[])[("greedy", new()), ("temperature 0.8", new() { Temperature = 0.8f }), ("… top-p 0.95", new() { Temperature = 0.8f, TopP = 0.95f })])
        {
            List<double> free = [], first = [], later = [], firstRatio = [], laterRatio = [];
            for (int i = -1; i < Repetitions; i++)
            {
                // A fresh constraint: nothing is known about its masks. Lengths are those of the constrained reply.
                TokenConstraint constraint = TokenConstraint.Compile(one.Grammar(), host.Tokenizer);
                var request = new GenerationRequest { Prompt = host.Tokenizer.Encode(one.Prompt), MaxTokens = tokens, Drafting = false, Sampling = sampling with { Seed = (ulong)(i + 1) } };
                (double cold, int length) = await TimeAsync(host, request with { Constraint = constraint }).ConfigureAwait(false);
                (double warm, _) = await TimeAsync(host, request with { Constraint = constraint }).ConfigureAwait(false);
                (double plain, _) = await TimeAsync(host, request with { MaxTokens = length, IgnoreEndTokens = true }).ConfigureAwait(false);
                if (i >= 0)
                {
                    free.Add(plain);
                    first.Add(cold);
                    later.Add(warm);
                    firstRatio.Add(cold / plain);
                    laterRatio.Add(warm / plain);
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-47} {Median(free),6:F1} {Median(first),13:F1} {Median(later),13:F1} | {Median(firstRatio),12:F3} {Median(laterRatio),14:F3}   {first.Max() / free.Max(),12:F3} {later.Max() / free.Max(),6:F3}"));
        }
    }

    /// <summary>Tokens a second between the first token and the last, and how many there were.</summary>
    private static async Task<(double Speed, int Tokens)> TimeAsync(ModelHost host, GenerationRequest request)
    {
        long start = 0, end = 0;
        int count = 0;
        await foreach (GenerationUpdate update in host.GenerateAsync(request).ConfigureAwait(false))
        {
            if (update.Token is not null)
            {
                end = Stopwatch.GetTimestamp();
                start = count++ == 0 ? end : start;
            }
        }

        return ((count - 1) / Stopwatch.GetElapsedTime(start, end).TotalSeconds, count);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
