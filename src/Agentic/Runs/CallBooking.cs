namespace Agentic.Runs;

/// <summary>A call that was booked and not yet settled: what it may cost counts against the caps until then.</summary>
/// <param name="Stage">Stage it belongs to.</param>
/// <param name="Tokens">Prompt and longest reply.</param>
public readonly record struct CallBooking(string Stage, long Tokens);
