using Microsoft.Extensions.Options;

namespace Agentic.Inference.Hosting;

/// <summary>Says everything that is wrong with the options of a local model, before anything is loaded.</summary>
internal sealed class LocalModelOptionsValidator : IValidateOptions<LocalModelOptions>
{
    public ValidateOptionsResult Validate(string? name, LocalModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> failures = [.. Failures(options)];
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Failures(LocalModelOptions options)
    {
        if (Missing(options.ModelPath) is { } missing)
        {
            yield return missing;
        }

        foreach ((string what, long? number) in (IEnumerable<(string, long?)>)
        [
            (nameof(options.Window), options.Window), (nameof(options.KvMemoryBytes), options.KvMemoryBytes), (nameof(options.ChunkTokens), options.ChunkTokens),
            (nameof(options.MaxConcurrent), options.MaxConcurrent), ("Backend.Threads", options.Backend?.Threads),
        ])
        {
            if (number is < 1)
            {
                yield return $"{what} must be at least 1, not {number}.";
            }
        }

        if (options.Backend?.Name is not ("auto" or "cpu" or "scalar"))
        {
            yield return $"Backend.Name must be auto, cpu or scalar, not '{options.Backend?.Name}'.";
        }

        if (!Enum.IsDefined(options.KvType))
        {
            yield return $"KvType {(int)options.KvType} does not exist.";
        }

        if (!Enum.IsDefined(options.ChatFormat))
        {
            yield return $"ChatFormat {(int)options.ChatFormat} does not exist.";
        }
    }

    private static string? Missing(string? path)
    {
        try
        {
            ModelLocator.Find(path);
            return null;
        }
        catch (ModelException missing)
        {
            return missing.Message;
        }
    }
}
