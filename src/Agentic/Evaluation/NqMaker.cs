using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Agentic.Evaluation;

/// <summary>Makes long documents of Natural Questions paragraphs (Liu et al. 2023, "Lost in the Middle"): the paragraph with the answer at a drawn place among others.</summary>
public static class NqMaker
{
    /// <summary>Makes items from <c>qa/nq_open_oracle.jsonl.gz</c> below a data folder.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="paragraphs">Paragraphs of each document, the one with the answer included; at least 1.</param>
    /// <param name="first">First item, from 0.</param>
    /// <param name="count">Number of items.</param>
    /// <param name="seed">Fixes the other paragraphs and the place.</param>
    /// <exception cref="DocumentException">The file is missing or no such file.</exception>
    public static IEnumerable<QaItem> Make(string data, int paragraphs, int first, int count, int seed)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(paragraphs, 1);
        List<Row> rows = Load(Path.Combine(data, "qa", "nq_open_oracle.jsonl.gz"));
        for (int i = first; i < Math.Min(first + count, rows.Count); i++)
        {
            yield return Item(rows, i, paragraphs, seed);
        }
    }

    private static QaItem Item(List<Row> rows, int gold, int paragraphs, int seed)
    {
        Row row = rows[gold];
        var random = new SeededRandom(((ulong)seed << 32) + (ulong)gold);
        List<Row> chosen = [.. random.Shuffle(rows.Count).Where(j => j != gold && IsOther(rows[j], row)).Take(paragraphs - 1).Select(j => rows[j])];
        int place = random.Below(chosen.Count + 1);
        chosen.Insert(place, row);
        var text = new StringBuilder();
        foreach (Row paragraph in chosen)
        {
            text.Append("## ").Append(paragraph.Title).Append("\n\n").Append(paragraph.Text).Append("\n\n");
        }

        return new QaItem
        {
            Id = $"nq-{gold}-k{paragraphs}",
            Question = row.Question.EndsWith('?') ? row.Question : row.Question + "?",
            Answers = row.Answers,
            Documents = [new QaDocument($"nq-{gold}.md", text.ToString())],
        };
    }

    /// <summary>Another title, and no answer in it.</summary>
    private static bool IsOther(Row other, Row gold) =>
        other.Title != gold.Title && !gold.Answers.Any(a => other.Text.Contains(a, StringComparison.OrdinalIgnoreCase) || other.Title.Contains(a, StringComparison.OrdinalIgnoreCase));

    private static List<Row> Load(string path)
    {
        try
        {
            using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
            var rows = new List<Row>();
            while (reader.ReadLine() is { } line)
            {
                using var json = JsonDocument.Parse(line);
                JsonElement e = json.RootElement;
                rows.Add(new Row(
                    e.GetProperty("question").GetString()!,
                    [.. e.GetProperty("answers").EnumerateArray().Select(a => a.GetString()!)],
                    e.GetProperty("title").GetString()!,
                    e.GetProperty("text").GetString()!));
            }

            return rows;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidDataException)
        {
            throw new DocumentException($"The question set {path} cannot be read: {e.Message}", "Name the folder that holds qa/nq_open_oracle.jsonl.gz.", e);
        }
    }

    private sealed record Row(string Question, IReadOnlyList<string> Answers, string Title, string Text);
}
