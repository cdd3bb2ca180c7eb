using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Strings with their quotes: by length in code points, or by a format.</summary>
internal static class StringGrammar
{
    /// <summary>Longest string that is counted.</summary>
    private const int MostCounted = 1_000_000;

    /// <summary>The strings, or null when there is none.</summary>
    public static GrammarNode? Create(Demand demand)
    {
        foreach (SchemaNode node in demand.Nodes)
        {
            if (node.Pattern is not null)
            {
                throw new JsonSchemaException(node.Pointer, "pattern", "'pattern' is not supported.", "Use 'enum', 'format' or a grammar instead.");
            }
        }

        long min = demand.Nodes.Max(node => node.MinLength), max = demand.Nodes.Min(node => node.MaxLength ?? long.MaxValue);
        string[] formats = [.. demand.Nodes.Select(node => node.Format).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (min > max)
        {
            return null;
        }

        if (formats.Length > 0)
        {
            return Formatted(demand, formats, min, max);
        }

        if (min > MostCounted)
        {
            throw new JsonSchemaException(demand.Pointer, "minLength", $"'minLength' is above {MostCounted}.", "Ask for shorter texts.");
        }

        int? most = max == long.MaxValue ? null : (int)Math.Min(max, MostCounted);
        return min == 0 && most is null ? GrammarNode.Rule("string")
            : GrammarNode.Sequence(GrammarNode.Text("\""), GrammarNode.Repeat(GrammarNode.Rule("character"), (int)min, most), GrammarNode.Text("\""));
    }

    private static GrammarNode? Formatted(Demand demand, string[] formats, long min, long max)
    {
        SchemaNode node = demand.Nodes.First(n => n.Format is not null);
        if (formats.Length > 1)
        {
            throw new JsonSchemaException(node.Pointer, "format", $"the formats '{formats[0]}' and '{formats[1]}' are asked for together.", "Ask for one.");
        }

        (GrammarNode? words, int shortest, int longest) = formats[0] switch
        {
            "date" => (Date(), 10, 10),
            "time" => (Time(), 9, 21),
            "date-time" => (GrammarNode.Sequence(Date(), GrammarNode.Text("T"), Time()), 20, 32),
            "uuid" => (Uuid(), 36, 36),
            _ => throw new JsonSchemaException(node.Pointer, "format", $"the format '{JsonSchemaException.Shown(formats[0])}' is not supported.", "date, time, date-time and uuid are; describe others in the description."),
        };
        if (min > longest || max < shortest)
        {
            return null;
        }

        return min <= shortest && max >= longest ? GrammarNode.Sequence(GrammarNode.Text("\""), words, GrammarNode.Text("\""))
            : throw new JsonSchemaException(node.Pointer, "format", $"the format '{formats[0]}' is limited in length as well.", "Leave out minLength and maxLength.");
    }

    /// <summary>RFC 3339 without leap days: every word is a day of every year.</summary>
    private static GrammarNode Date() => GrammarNode.Sequence(
        GrammarNode.AnyOf(GrammarNode.Sequence(Digits("19"), Digits("09"), Digits("09"), Digits("09")), GrammarNode.Sequence(GrammarNode.Text("0"), Digits("19"), Digits("09"), Digits("09"))),
        GrammarNode.Text("-"),
        GrammarNode.AnyOf(
            GrammarNode.Sequence(Texts("01", "03", "05", "07", "08", "10", "12"), GrammarNode.Text("-"), GrammarNode.AnyOf(Days28(), Texts("29", "30", "31"))),
            GrammarNode.Sequence(Texts("04", "06", "09", "11"), GrammarNode.Text("-"), GrammarNode.AnyOf(Days28(), Texts("29", "30"))),
            GrammarNode.Sequence(GrammarNode.Text("02-"), Days28())));

    private static GrammarNode Days28() => GrammarNode.AnyOf(
        GrammarNode.Sequence(GrammarNode.Text("0"), Digits("19")), GrammarNode.Sequence(GrammarNode.Text("1"), Digits("09")), GrammarNode.Sequence(GrammarNode.Text("2"), Digits("08")));

    private static GrammarNode Time() => GrammarNode.Sequence(
        Hour(), GrammarNode.Text(":"), Digits("05"), Digits("09"), GrammarNode.Text(":"), Digits("05"), Digits("09"),
        GrammarNode.Optional(GrammarNode.Sequence(GrammarNode.Text("."), GrammarNode.Repeat(Digits("09"), 1, 6))),
        GrammarNode.AnyOf(GrammarNode.Text("Z"), GrammarNode.Sequence(Bytes("+-"), Hour(), GrammarNode.Text(":"), Digits("05"), Digits("09"))));

    private static GrammarNode Hour() => GrammarNode.AnyOf(GrammarNode.Sequence(Digits("01"), Digits("09")), GrammarNode.Sequence(GrammarNode.Text("2"), Digits("03")));

    private static GrammarNode Uuid()
    {
        GrammarNode hex = Bytes("0123456789abcdefABCDEF"), dash = GrammarNode.Text("-");
        return GrammarNode.Sequence(GrammarNode.Repeat(hex, 8, 8), dash, Four(), dash, Four(), dash, Four(), dash, GrammarNode.Repeat(hex, 12, 12));
        GrammarNode Four() => GrammarNode.Repeat(hex, 4, 4);
    }

    private static GrammarNode Texts(params string[] texts) => GrammarNode.AnyOf([.. texts.Select(GrammarNode.Text)]);

    private static GrammarNode Digits(string ends) => GrammarNode.Byte(ByteSet.Range((byte)ends[0], (byte)ends[1]));

    private static GrammarNode Bytes(string members) => GrammarNode.Byte(members.Aggregate(ByteSet.Empty, (set, member) => set | ByteSet.Of((byte)member)));
}
