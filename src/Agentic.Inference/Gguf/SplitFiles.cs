using System.Text.RegularExpressions;

namespace Agentic.Inference.Gguf;

/// <summary>Recognises one part of a model that was split over several files.</summary>
internal static partial class SplitFiles
{
    private const string CountKey = "split.count";
    private const string Hint = "Merge the parts into one file first, for example with llama.cpp's gguf-split --merge.";

    public static void Refuse(GgufFile file)
    {
        var parts = file.TryInteger(CountKey) ?? 1;
        if (parts > 1)
        {
            throw new ModelNotSupportedException(file.Path, CountKey, $"is {parts}: the model is split over {parts} files, which is not supported.", Hint);
        }

        if (PartName().Match(Path.GetFileName(file.Path)) is { Success: true } match && match.Groups[1].ValueSpan is not "00001")
        {
            throw new ModelNotSupportedException(file.Path, "file name", $"says that the model is split over {int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)} files, which is not supported.", Hint);
        }
    }

    [GeneratedRegex(@"-[0-9]{5}-of-([0-9]{5})\.gguf\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex PartName();
}
