using System.Globalization;

namespace Agentic.Benchmarks.Support;

/// <summary>Options of a benchmark: pairs of a name and a value.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Reads pairs; null when a name is not known, comes twice, or lacks its value.</summary>
    public static Arguments? Read(string[] args, params string[] names)
    {
        var read = new Arguments();
        for (int i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || !names.Contains(args[i]) || !read._values.TryAdd(args[i], args[i + 1])) return null;
        }

        return read;
    }

    /// <summary>A value; null when it was not given.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <summary>A positive number; null when it was not given.</summary>
    /// <exception cref="ConfigurationException">It is none.</exception>
    public int? Number(string name) => Numbers(name) switch
    {
        [] => null,
        [var one] => one,
        _ => throw new ConfigurationException($"{name} takes one number."),
    };

    /// <summary>Positive numbers between commas; none when they were not given.</summary>
    /// <exception cref="ConfigurationException">One is none.</exception>
    public int[] Numbers(string name) => Text(name) is not { } text ? [] : [.. text.Split(',').Select(part =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new ConfigurationException($"{name} {text}: '{part}' is not a positive number."))];
}
