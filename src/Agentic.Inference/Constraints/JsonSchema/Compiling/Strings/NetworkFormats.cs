using static Agentic.Inference.Constraints.JsonSchema.Compiling.Parts;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Names and addresses of the internet, in the forms that everybody accepts.</summary>
internal static class NetworkFormats
{
    private static readonly GrammarNode Letter = Either(Range('a', 'z'), Range('A', 'Z'));
    private static readonly GrammarNode Alphanumeric = Either(Letter, Digit);

    /// <summary>Up to eight labels of up to 63 letters, digits and hyphens; a letter first, no hyphen last, no two in a row (those are for encoded names).</summary>
    public static GrammarNode Hostname() => Separated(Label(), ".", 1, 8);

    /// <summary>A name of letters, digits and <c>_ + -</c>, dots between, up to 64 characters, at a host whose last label is of 2 to 24 letters.</summary>
    public static GrammarNode Email()
    {
        GrammarNode word = Times(Either(Alphanumeric, OneOf("_+-")), 0, null);
        ByteAutomaton name = LengthLimit.Apply(ByteAutomaton.Of(Separated(Row(Alphanumeric, word), ".", 1, null)), 1, 64);
        return Row(GrammarNode.Automaton(name), Text("@"), Separated(Label(), ".", 1, 4), Text("."), Times(Letter, 2, 24));
    }

    /// <summary>Four numbers from 0 to 255 without leading zeros.</summary>
    public static GrammarNode Ipv4()
    {
        GrammarNode number = Either(Digit, Row(Range('1', '9'), Digit), Row(Text("1"), Digit, Digit), Row(Text("2"), Range('0', '4'), Digit), Row(Text("25"), Range('0', '5')));
        return Separated(number, ".", 4, 4);
    }

    /// <summary>Eight groups, or fewer around one "::"; the last two may be an address of four numbers.</summary>
    public static GrammarNode Ipv6()
    {
        GrammarNode group = Times(Hex, 1, 4);
        var options = new List<GrammarNode> { Separated(group, ":", 8, 8), Row(Separated(group, ":", 6, 6), Text(":"), Ipv4()) };
        for (int before = 0; before <= 7; before++)
        {
            GrammarNode left = before == 0 ? Text("::") : Row(Separated(group, ":", before, before), Text("::"));
            options.Add(before == 7 ? left : Row(left, GrammarNode.Optional(Separated(group, ":", 1, 7 - before))));
            if (before <= 4)
            {
                options.Add(Row(left, Times(Row(group, Text(":")), 0, 5 - before), Ipv4()));
            }
        }

        return Either([.. options]);
    }

    /// <summary>A scheme of the web with a host, path, query and fragment, or <c>mailto:</c> or <c>urn:</c>; percent signs before two hexadecimal digits only.</summary>
    public static GrammarNode Uri()
    {
        GrammarNode port = Maybe(Text(":"), Range('1', '9'), Times(Digit, 0, 3));
        GrammarNode web = Row(Texts("https", "http", "ftp", "wss", "ws"), Text("://"), Either(Hostname(), Ipv4()), port, Maybe(Text("/"), Path(), Tail()));
        return Either(web, Row(Text("mailto:"), Email()), Row(Text("urn:"), Alphanumeric, Times(Alphanumeric, 1, 30), Text(":"), Times(Character(""), 1, null)));
    }

    /// <summary>A <see cref="Uri"/>, or an absolute path or none with query and fragment.</summary>
    public static GrammarNode UriReference() => Either(Uri(), Row(Maybe(Text("/"), Maybe(Character(""), Path())), Tail()));

    private static GrammarNode Path() => Times(Character("/:@"), 0, null);

    private static GrammarNode Tail() => Row(Maybe(Text("?"), Times(Character("/:@?"), 0, null)), Maybe(Text("#"), Times(Character("/:@?"), 0, null)));

    private static GrammarNode Character(string also) => Either(Alphanumeric, OneOf("-._~!$&'()*+,;=" + also), Row(Text("%"), Hex, Hex));

    private static GrammarNode Label()
    {
        ByteAutomaton label = ByteAutomaton.Of(Row(Letter, Times(Row(GrammarNode.Optional(Text("-")), Alphanumeric), 0, null)));
        return GrammarNode.Automaton(LengthLimit.Apply(label, 1, 63));
    }
}
