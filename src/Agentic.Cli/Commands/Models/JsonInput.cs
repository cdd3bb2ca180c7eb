using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Agentic.Cli.Frame;

namespace Agentic.Cli.Commands.Models;

/// <summary>JSON Lines from standard input or a file.</summary>
internal static class JsonInput
{
    /// <summary>The values of a stream, one a line; empty lines are passed over.</summary>
    /// <exception cref="UsageException">A line is not JSON; the message says which.</exception>
    public static async IAsyncEnumerable<(JsonElement Value, string Place)> ReadAsync(Stream input, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(input, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true);
        for (int line = 1; await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is string text; line++)
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                string place = $"line {line} of {name}";
                yield return (Parse(text, place), place);
            }
        }
    }

    /// <summary>Opens a file of JSON Lines.</summary>
    /// <exception cref="DocumentException">It cannot be read.</exception>
    public static FileStream Open(CommandContext context, string file)
    {
        try
        {
            return File.OpenRead(context.Host.Absolute(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DocumentException($"{file} cannot be read: {e.Message}");
        }
    }

    public static string Text(JsonElement value, string place)
    {
        if (value.ValueKind is JsonValueKind.Object && value.TryGetProperty("text", out JsonElement text))
        {
            value = text;
        }

        try
        {
            return value.ValueKind is JsonValueKind.String ? value.GetString()! : throw Wrong(place, "a string or an object with \"text\" was expected");
        }
        catch (InvalidOperationException)
        {
            throw Wrong(place, "it holds half a surrogate pair");
        }
    }

    public static int[] Ids(JsonElement value, int vocabulary, string place)
    {
        if (value.ValueKind is JsonValueKind.Object && value.TryGetProperty("ids", out JsonElement ids))
        {
            value = ids;
        }

        if (value.ValueKind is not JsonValueKind.Array)
        {
            throw Wrong(place, "a list of token ids was expected");
        }

        int[] result = [.. value.EnumerateArray().Select(e => e.ValueKind is JsonValueKind.Number && e.TryGetInt32(out int id) ? id : throw Wrong(place, $"{e.GetRawText()} is no token id"))];
        return IdList.Check(result, vocabulary, place);
    }

    public static UsageException Wrong(string place, string what) => new($"{char.ToUpperInvariant(place[0])}{place[1..]} cannot be used: {what}.");

    private static JsonElement Parse(string text, string place)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException e)
        {
            throw new UsageException($"{char.ToUpperInvariant(place[0])}{place[1..]} is not JSON: {e.Message}");
        }
    }
}
