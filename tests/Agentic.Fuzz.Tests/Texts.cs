using System.Text;

namespace Agentic.Fuzz.Tests;

/// <summary>Texts that nobody would write.</summary>
internal static class Texts
{
    private static readonly string[] Seeds =
    [
        " ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u2028", "\u3000", "'s", "'LL", "don't", "1234567", "½", "²", "e\u0301", "\u0301", "é", "ſ", "K", "ß", "İ",
        "漢字", "かな", "한국어", "हिन्दी", "ไทย", "עברית", "عربي", "😀", "👩‍👩‍👧", "🇫🇷", "\u200d", "\ufeff", "\0", "\u0085", "\u001f", "\ud800", "\udc00", "\udbff\udfff",
        "<|im_start|>", "<|im_end|>", "<|im_", "<|endoftext|>", "[CLS]", "[SEP]", "[UNK]", "<s>", "</s>", "<0x41>", "▁", "##ing", "Ġ", "Ċ", "a", "B", "the", "ing", "==", "{\"", "\"}:", "\\u00e9",
    ];

    /// <summary>Pieces in a row: mostly short, sometimes one piece very often.</summary>
    public static string Make(Random random, int most = 40)
    {
        var text = new StringBuilder();
        for (int pieces = random.Next(most); pieces > 0; pieces--)
        {
            switch (random.Next(12))
            {
                case 0:
                    text.Append(new Rune(random.Next(0xD800)));
                    break;
                case 1:
                    text.Append(new Rune(random.Next(0xE000, 0x110000)));
                    break;
                case 2:
                    text.Append((char)random.Next(0x10000));
                    break;
                case 3 when random.Next(10) == 0:
                    string often = Seeds[random.Next(Seeds.Length)];
                    for (int i = random.Next(2000); i > 0; i--)
                    {
                        text.Append(often);
                    }

                    break;
                case < 8:
                    text.Append((char)random.Next(32, 127));
                    break;
                default:
                    text.Append(Seeds[random.Next(Seeds.Length)]);
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>Cuts, doubles and mixes two texts.</summary>
    public static string Splice(string a, string b, Random random)
    {
        string text = a;
        for (int cuts = random.Next(1, 5); cuts > 0; cuts--)
        {
            int at = random.Next(text.Length + 1), length = random.Next(Math.Min(40, text.Length - at) + 1);
            int from = random.Next(b.Length + 1), taken = random.Next(Math.Min(60, b.Length - from) + 1);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, text.Substring(at, length)),
                2 => text.Remove(at, length).Insert(at, Make(random, 3)),
                _ => text.Remove(at, length).Insert(at, b.Substring(from, taken)),
            };
        }

        return text;
    }
}
