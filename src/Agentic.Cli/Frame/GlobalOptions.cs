using System.CommandLine;
using System.Globalization;
using Agentic.Inference.KvCache;

namespace Agentic.Cli.Frame;

/// <summary>Options that every command takes, and what was made of them.</summary>
internal sealed class GlobalOptions
{
    public readonly Option<bool> Json = new("--json") { Description = "One JSON object on standard output, nothing else.", Recursive = true };
    public readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "No progress.", Recursive = true };
    public readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "Details, and stack traces of errors.", Recursive = true };
    public readonly Option<string?> Model = new("--model", "-m") { Description = "A GGUF file (default: AGENTIC_MODEL, else the model beside the command or in the tree); with --endpoint the model's name there.", HelpName = "PATH|NAME", Recursive = true };
    public readonly Option<string?> Endpoint = new("--endpoint") { Description = "An OpenAI-compatible endpoint; its key is read from AGENTIC_API_KEY, else OPENAI_API_KEY.", HelpName = "URL", Recursive = true };
    public readonly Option<int?> Window = new("--window") { Description = "Context window in tokens (default: the model's own).", HelpName = "TOKENS", Recursive = true };
    public readonly Option<int?> Threads = new("--threads") { Description = "Threads (default: the processors there are).", HelpName = "N", Recursive = true };
    public readonly Option<long?> Seed = new("--seed") { Description = "Seed of everything random (default: 1).", HelpName = "N", Recursive = true };
    public readonly Option<string> Backend = new("--backend") { Description = "auto, cpu or scalar.", HelpName = "NAME", Recursive = true, DefaultValueFactory = _ => "auto" };
    public readonly Option<string?> KvMemory = new("--kv-memory") { Description = "Memory for keys and values, such as 512M or 2G (default: what sixteen requests need, at most a quarter of free memory).", HelpName = "SIZE", Recursive = true };
    public readonly Option<string?> KvType = new("--kv-type") { Description = "Numbers of cached keys and values: f16, q8_0 or f32 (default: f16).", HelpName = "TYPE", Recursive = true };
    public readonly Option<string?> Activations = new("--activations") { Description = "int8 or float32 (default: int8).", HelpName = "MODE", Recursive = true };
    public readonly Option<string?> ChatFormat = new("--chat-format") { Description = "chatml, llama3 or gemma in place of the model file's chat template.", HelpName = "NAME", Recursive = true };
    public readonly Option<string?> Attention = new("--attention") { Description = "Attention method; only dense is built yet.", HelpName = "METHOD", Recursive = true };
    public readonly Option<string?> Workspace = new("--workspace") { Description = "Folder of the journal of runs (default: AGENTIC_WORKSPACE, else the platform's place for data).", HelpName = "DIR", Recursive = true };
    public readonly Option<string?> Config = new("--config") { Description = "Folder whose agents/ and prompts/ replace the built-in ones.", HelpName = "DIR", Recursive = true };

    public void AddTo(Command root)
    {
        foreach (Option option in (Option[])[Json, Quiet, Verbose, Model, Endpoint, Window, Threads, Seed, Backend, KvMemory, KvType, Activations, ChatFormat, Attention, Workspace, Config])
        {
            root.Options.Add(option);
        }
    }

    /// <summary>Refuses values that no command can honour.</summary>
    /// <exception cref="UsageException">An option is impossible or not built yet.</exception>
    public void Check(ParseResult result)
    {
        if (result.GetValue(Attention) is string attention && attention != "dense")
        {
            throw new UsageException($"The attention method '{attention}' is not built yet.", "Leave --attention out, or say --attention dense.");
        }

        if (result.GetValue(Verbose) && result.GetValue(Quiet))
        {
            throw new UsageException("--quiet and --verbose contradict each other.");
        }

        Positive(result.GetValue(Window), "--window");
        Positive(result.GetValue(Threads), "--threads");
        if (result.GetValue(Threads) > 1024)
        {
            throw new UsageException($"--threads {result.GetValue(Threads)} is more than the 1024 that are allowed.");
        }

        string backend = result.GetValue(Backend)!;
        if (backend is "cuda")
        {
            throw new UsageException("The CUDA backend is not built yet.", "Use --backend auto.");
        }

        if (backend is not ("auto" or "cpu" or "scalar"))
        {
            throw new UsageException($"There is no backend '{backend}'.", "Use auto, cpu or scalar.");
        }

        if (result.GetValue(Activations) is string mode && mode is not ("int8" or "float32"))
        {
            throw new UsageException($"There is no activation mode '{mode}'.", "Use int8 or float32.");
        }

        if (result.GetValue(ChatFormat) is string format && format is not ("chatml" or "llama3" or "gemma"))
        {
            throw new UsageException($"There is no built-in chat format '{format}'.", "Use chatml, llama3 or gemma, or leave --chat-format out for the model's own template.");
        }

        ParseSize(result.GetValue(KvMemory), "--kv-memory");
        ParseKvType(result.GetValue(KvType));
        if (result.GetValue(Endpoint) is string endpoint)
        {
            ParseEndpoint(endpoint);
        }

        if (result.GetValue(Endpoint) is not null && result.GetValue(Model) is null)
        {
            throw new UsageException("--endpoint needs --model NAME, the model's name at that endpoint.");
        }
    }

    public static void Positive(long? value, string option)
    {
        if (value is <= 0)
        {
            throw new UsageException($"{option} must be greater than 0, not {value}.");
        }
    }

    public static void AtLeast(long? value, long least, string option)
    {
        if (value < least)
        {
            throw new UsageException($"{option} must be at least {least}, not {value}.");
        }
    }

    public static Uri ParseEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? uri!
            : throw new UsageException($"--endpoint {text} is not an http or https address.", "Write it like http://localhost:8080/v1.");

    public static KvType ParseKvType(string? text) => text switch
    {
        null or "f16" => Inference.KvCache.KvType.Float16,
        "q8_0" => Inference.KvCache.KvType.Q8_0,
        "f32" => Inference.KvCache.KvType.Float32,
        _ => throw new UsageException($"There is no type '{text}' for keys and values.", "Use f16, q8_0 or f32."),
    };

    /// <summary>Bytes of a size such as 800M, 2G or 1048576.</summary>
    public static long? ParseSize(string? text, string option)
    {
        if (text is null)
        {
            return null;
        }

        string digits = text.TrimEnd('B', 'b', 'i');
        int shift = digits.Length == 0 ? 0 : char.ToUpperInvariant(digits[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, _ => 0 };
        if (shift > 0)
        {
            digits = digits[..^1];
        }

        bool parsed = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        double bytes = number * (1L << shift);
        return parsed && bytes is >= 1 and < 1L << 50
            ? (long)bytes
            : throw new UsageException($"{option} {text} is not a size.", "Write a number with K, M or G, such as 512M.");
    }
}
