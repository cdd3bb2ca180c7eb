namespace Agentic.Cli.Output;

/// <summary>Where a run is.</summary>
/// <param name="Stage">Its stage.</param>
/// <param name="Step">The step of the stage, from 1, where it has numbered steps.</param>
/// <param name="Steps">How many steps the stage has, where known.</param>
/// <param name="Share">Share of the planned prompt tokens that is done.</param>
/// <param name="TokensPerSecond">Tokens evaluated and generated a second since the plan.</param>
/// <param name="SecondsLeft">Estimate.</param>
internal sealed record RunPosition(string Stage, int? Step, int? Steps, double? Share, double? TokensPerSecond, double? SecondsLeft);
