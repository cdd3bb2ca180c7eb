using static Agentic.Inference.Constraints.JsonSchema.Compiling.Parts;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Days and times of RFC 3339, durations of ISO 8601.</summary>
internal static class DateFormats
{
    /// <summary>Days from 0001-01-01 to 9999-12-31, leap days in leap years.</summary>
    public static GrammarNode Date()
    {
        GrammarNode two = Row(Digit, Digit), month = Text("-");
        ByteAutomaton years = ByteAutomaton.Of(Times(Digit, 4)).Except(ByteAutomaton.Of(Text("0000")));

        // Divisible by four, but full centuries only where the century is.
        GrammarNode fours = Either(Row(OneOf("2468"), OneOf("048")), Row(OneOf("13579"), OneOf("26")), Row(Text("0"), OneOf("48")));
        GrammarNode leap = Either(Row(two, fours), Row(fours, Text("00")));
        return Either(
            Row(GrammarNode.Automaton(years), month, Either(
                Row(Texts("01", "03", "05", "07", "08", "10", "12"), month, Either(Days28(), Texts("29", "30", "31"))),
                Row(Texts("04", "06", "09", "11"), month, Either(Days28(), Texts("29", "30"))),
                Row(Text("02-"), Days28()))),
            Row(leap, Text("-02-29")));
    }

    /// <summary>A time of day with seconds and offset; fractions to the microsecond, no leap seconds.</summary>
    public static GrammarNode Time() => Row(
        Hour(), Text(":"), Sixty(), Text(":"), Sixty(), Maybe(Text("."), Times(Digit, 1, 6)), Either(Text("Z"), Row(OneOf("+-"), Hour(), Text(":"), Sixty())));

    public static GrammarNode DateTime() => Row(Date(), Text("T"), Time());

    /// <summary>Units from large to small, none left out between two; numbers of up to six digits without leading zeros.</summary>
    public static GrammarNode Duration()
    {
        GrammarNode number = Either(Text("0"), Row(Range('1', '9'), Times(Digit, 0, 5)));
        GrammarNode seconds = Unit("S"), minutes = Unit("M", seconds), hours = Unit("H", minutes), time = Row(Text("T"), Either(hours, minutes, seconds));
        GrammarNode days = Unit("D"), months = Unit("M", days), years = Unit("Y", months);
        return Row(Text("P"), Either(time, Row(Either(years, months, days), Maybe(time)), Unit("W")));

        GrammarNode Unit(string unit, GrammarNode? smaller = null) => smaller is null ? Row(number, Text(unit)) : Row(number, Text(unit), Maybe(smaller));
    }

    private static GrammarNode Days28() => Either(Row(Text("0"), Range('1', '9')), Row(Text("1"), Digit), Row(Text("2"), Range('0', '8')));

    private static GrammarNode Hour() => Either(Row(OneOf("01"), Digit), Row(Text("2"), Range('0', '3')));

    private static GrammarNode Sixty() => Row(Range('0', '5'), Digit);
}
