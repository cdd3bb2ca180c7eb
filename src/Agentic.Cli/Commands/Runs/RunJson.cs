using System.Text.Json;

namespace Agentic.Cli.Commands.Runs;

/// <summary>Runs as JSON.</summary>
internal static class RunJson
{
    public static object Of(RunRecord run) => new { run.Run, run.Strategy, run.Subject, run.Started, status = Status(run), run.Calls, run.PromptTokens, run.GeneratedTokens };

    /// <summary>A run that goes on looks like one that died: nobody could say so for it.</summary>
    public static string Status(RunRecord run) => run.Status?.ToString() ?? "Unfinished";

    /// <summary>A call; what a reply says as text, numbers as base64 of the journal's form.</summary>
    public static object Of(JournalledCall call) => new
    {
        call.Stage,
        call.Verb,
        call.PromptTokens,
        call.CachedTokens,
        call.GeneratedTokens,
        call.Seconds,
        reply = call.Verb == "Ask" ? JsonSerializer.Deserialize<JsonElement>(call.Result.Span) : (JsonElement?)null,
        numbers = call.Verb == "Ask" ? null : Convert.ToBase64String(call.Result.Span),
    };

    public static object Of(RunFact fact) => new { fact.Name, fact.Hash };

    public static JsonElement? Parsed(string? json) => json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);
}
