using Microsoft.Extensions.AI;

namespace Agentic.Cli.Models;

/// <summary>Measures a local model for a fraction of a second, so that a plan can say how long it will take.</summary>
internal static class SpeedProbe
{
    // Several windows of text: the measurement is small beside what follows.
    private const int CharactersPerToken = 3;
    private const int PromptWords = 256;

    public static bool IsWorthIt(IChatClient client, IReadOnlyList<Document> documents) =>
        Profile(client) is { } profile && documents.Sum(d => (long)d.Text.Length) > (long)CharactersPerToken * profile.Window;

    public static async Task MeasureAsync(IChatClient client, CancellationToken cancellationToken)
    {
        if (Profile(client) is not { } profile)
        {
            return;
        }

        string words = string.Join(' ', Enumerable.Range(0, Math.Min(PromptWords, profile.Window / 4)).Select(i => i % 2 == 0 ? "a" : "the"));
        await client.GetResponseAsync(words, new ChatOptions { MaxOutputTokens = 6, Temperature = 0 }, cancellationToken).ConfigureAwait(false);
    }

    // Only a local model tells its capacity and speed; a remote one would be paid for.
    private static IModelProfile? Profile(IChatClient client) =>
        client.GetService<IModelProfile>() is { } profile && client.GetService<IContinuationScorer>() is not null
        && (profile.PrefillTokensPerSecond is null || profile.DecodeTokensPerSecond is null)
            ? profile
            : null;
}
