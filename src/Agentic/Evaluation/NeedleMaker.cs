using System.Text;
using System.Text.Json;
using Agentic.Documents;

namespace Agentic.Evaluation;

/// <summary>Makes haystacks: sentences hidden at given depths of essays (Kamradt's needle in a haystack; several needles and two hops beside it).</summary>
public static class NeedleMaker
{
    /// <summary>Makes items from <c>needle/</c> below a data folder: every needle set at every length and depth.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="lengths">Tokens of each haystack.</param>
    /// <param name="depths">Depths, 0..1; sets of several needles are spread over the haystack and made once a length.</param>
    /// <param name="counter">Counts tokens.</param>
    /// <param name="seed">Fixes where several needles go.</param>
    /// <exception cref="DocumentException">The folder lacks the files.</exception>
    public static IEnumerable<QaItem> Make(string data, IReadOnlyList<int> lengths, IReadOnlyList<double> depths, ITokenCounter counter, int seed)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(data);
        ArgumentNullException.ThrowIfNull(lengths);
        ArgumentNullException.ThrowIfNull(depths);
        ArgumentNullException.ThrowIfNull(counter);
        (string essays, List<Needle> needles) = Load(Path.Combine(data, "needle"));
        foreach (int length in lengths)
        {
            string hay = Haystack(essays, length, counter);
            foreach (Needle needle in needles)
            {
                IEnumerable<double> places = needle.Texts.Count > 1 ? [-1] : depths;
                foreach (double depth in places)
                {
                    yield return Item(hay, needle, length, depth, seed);
                }
            }
        }
    }

    private static QaItem Item(string hay, Needle needle, int length, double depth, int seed)
    {
        // Sorted from the end, so that earlier places stay valid while inserting.
        int count = needle.Texts.Count;
        int[] order = new SeededRandom((ulong)(seed + length)).Shuffle(count);
        var places = depth < 0
            ? Enumerable.Range(0, count).Select(i => (Text: needle.Texts[order[i]], At: SentenceEnd(hay, (i + 0.5) / count)))
            : [(needle.Texts[0], SentenceEnd(hay, depth))];
        var text = new StringBuilder(hay);
        foreach ((string sentence, int at) in places.OrderByDescending(p => p.At))
        {
            text.Insert(at, sentence + " ");
        }

        string name = $"{needle.Id}-{length}{(depth < 0 ? "" : $"-{depth * 100:0}")}";
        return new QaItem
        {
            Id = name,
            Question = needle.Question,
            Answers = needle.Keys,
            All = true,
            Group = $"{length}",
            Documents = [new QaDocument(name + ".txt", text.ToString())],
        };
    }

    /// <summary>Essays, repeated as often as needed, cut at a sentence's end.</summary>
    private static string Haystack(string essays, int tokens, ITokenCounter counter)
    {
        var text = new StringBuilder();
        int once = counter.CountText(essays);
        for (int left = tokens; left > 0; left -= once)
        {
            text.Append(left >= once ? essays : essays[..SentenceEnd(essays, (double)counter.PrefixLength(essays, left) / essays.Length)]);
        }

        return text.ToString();
    }

    /// <summary>The sentence end nearest before a depth.</summary>
    private static int SentenceEnd(string text, double depth)
    {
        int wanted = (int)(text.Length * Math.Clamp(depth, 0, 1));
        int from = Math.Max(0, wanted - 5000);
        int end = from;
        foreach (TextSpan sentence in SentenceSplitter.Split(text, TextSpan.FromBounds(from, text.Length)))
        {
            if (sentence.End > wanted)
            {
                break;
            }

            end = sentence.End;
        }

        return depth <= 0 ? 0 : end;
    }

    private static (string Essays, List<Needle> Needles) Load(string folder)
    {
        try
        {
            IEnumerable<string> files = Directory.GetFiles(Path.Combine(folder, "essays"), "*.txt").Order(StringComparer.Ordinal);
            string essays = string.Concat(files.Select(f => File.ReadAllText(f).Trim() + "\n\n"));
            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "needles.json")));
            return (essays, [.. json.RootElement.EnumerateArray().Where(e => e.TryGetProperty("keys", out _)).Select(Needle.Read)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException)
        {
            throw new DocumentException($"The needles in {folder} cannot be read: {e.Message}", "Name the folder that holds needle/needles.json and needle/essays.", e);
        }
    }

    private sealed record Needle(string Id, IReadOnlyList<string> Texts, string Question, IReadOnlyList<string> Keys)
    {
        public static Needle Read(JsonElement e) => new(
            e.GetProperty("id").GetString()!,
            e.TryGetProperty("needles", out JsonElement many) ? [.. many.EnumerateArray().Select(n => n.GetString()!)] : [e.GetProperty("needle").GetString()!],
            e.GetProperty("question").GetString()!,
            [.. e.GetProperty("keys").EnumerateArray().Select(k => k.GetString()!)]);
    }
}
