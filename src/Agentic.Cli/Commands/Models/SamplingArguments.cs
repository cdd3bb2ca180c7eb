using System.CommandLine;
using Agentic.Cli.Frame;
using Agentic.Inference.Backends;

namespace Agentic.Cli.Commands.Models;

/// <summary>Options that say how tokens are drawn.</summary>
internal sealed class SamplingArguments
{
    private const float DefaultTemperature = 0.7f;
    private const float DefaultTopP = 0.95f;

    private readonly Option<bool> _greedy = new("--greedy") { Description = "Always the most likely token." };
    private readonly Option<float?> _temperature = new("--temperature") { Description = $"Temperature (default: {DefaultTemperature}).", HelpName = "T" };
    private readonly Option<int?> _topK = new("--top-k") { Description = "Only the K most likely tokens; 0 or -1 is all.", HelpName = "K" };
    private readonly Option<float?> _topP = new("--top-p") { Description = $"Only the most likely tokens that together reach P (default: {DefaultTopP}).", HelpName = "P" };
    private readonly Option<float?> _minP = new("--min-p") { Description = "Only tokens with at least this share of the most likely one's probability.", HelpName = "P" };
    private readonly Option<float?> _repetition = new("--repetition-penalty") { Description = "Penalty on tokens that were generated before; 1 is none.", HelpName = "X" };
    private readonly Option<float?> _frequency = new("--frequency-penalty") { Description = "Subtracted from a logit for each time its token was generated.", HelpName = "X" };
    private readonly Option<float?> _presence = new("--presence-penalty") { Description = "Subtracted once from the logits of tokens that were generated.", HelpName = "X" };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_greedy, _temperature, _topK, _topP, _minP, _repetition, _frequency, _presence])
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="UsageException">A value is out of range.</exception>
    public SamplingRow Read(CommandContext context)
    {
        bool greedy = context.Value(_greedy);
        float temperature = InRange(context, _temperature, 0, 100) ?? DefaultTemperature;
        if (greedy && context.Given(_temperature) && temperature > 0)
        {
            throw new UsageException("--greedy and --temperature contradict each other.");
        }

        return new SamplingRow
        {
            Temperature = greedy ? 0 : temperature,
            TopK = context.Value(_topK) is null or -1 ? 0 : (int)InRange(context.Value(_topK), _topK.Name, 0, int.MaxValue)!,
            TopP = InRange(context, _topP, 0, 1) ?? (greedy ? 1 : DefaultTopP),
            MinP = InRange(context, _minP, 0, 1) ?? 0,
            RepetitionPenalty = InRange(context, _repetition, 0.01f, 100) ?? 1,
            FrequencyPenalty = InRange(context, _frequency, -100, 100) ?? 0,
            PresencePenalty = InRange(context, _presence, -100, 100) ?? 0,
            Seed = unchecked((ulong)context.Seed),
        };
    }

    private static float? InRange(CommandContext context, Option<float?> option, float least, float most) => (float?)InRange(context.Value(option), option.Name, least, most);

    private static double? InRange(double? value, string option, double least, double most) => value is null || (value >= least && value <= most)
        ? value
        : throw new UsageException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{option} must lie between {least} and {most}, not be {value}."));
}
