namespace Agentic.Inference.Constraints;

/// <summary>JSON texts as RFC 8259 has them, nested as deeply as a reply likes.</summary>
/// <remarks>
/// White space between tokens is at most 20 characters, so that a reply cannot go on in blanks for ever; none stands around the whole text.
/// Escapes of surrogates come in pairs. Names may repeat, as the RFC allows.
/// </remarks>
public static class AnyJson
{
    internal static readonly GrammarNode Space = GrammarNode.Repeat(Bytes(" \t\n\r"), 0, 20);

    /// <summary>One code point of a string, escaped or not.</summary>
    internal static readonly GrammarNode Character = AnyCharacter();

    private static readonly GrammarNode Value = GrammarNode.Rule("value");

    /// <summary>The rules <c>value</c>, <c>object</c>, <c>array</c>, <c>string</c> and <c>number</c>.</summary>
    public static IReadOnlyDictionary<string, GrammarNode> Rules { get; } = new Dictionary<string, GrammarNode>
    {
        ["value"] = GrammarNode.AnyOf(
            GrammarNode.Rule("object"), GrammarNode.Rule("array"), GrammarNode.Rule("string"), GrammarNode.Rule("number"),
            GrammarNode.Text("true"), GrammarNode.Text("false"), GrammarNode.Text("null")),
        ["object"] = List("{", GrammarNode.Sequence(GrammarNode.Rule("string"), Space, GrammarNode.Text(":"), Space, Value), "}"),
        ["array"] = List("[", Value, "]"),
        ["string"] = GrammarNode.Sequence(GrammarNode.Text("\""), GrammarNode.Repeat(Character, 0), GrammarNode.Text("\"")),
        ["number"] = Number(),
    };

    /// <summary>Any JSON value.</summary>
    public static Grammar Grammar { get; } = new("value", Rules);

    /// <summary>Any JSON object: what a model's JSON mode promises.</summary>
    public static Grammar Object { get; } = new("object", Rules);

    private static GrammarNode List(string open, GrammarNode item, string close) => GrammarNode.Sequence(
        GrammarNode.Text(open),
        Space,
        GrammarNode.Optional(GrammarNode.Sequence(item, Space, GrammarNode.Repeat(GrammarNode.Sequence(GrammarNode.Text(","), Space, item, Space), 0))),
        GrammarNode.Text(close));

    private static GrammarNode AnyCharacter()
    {
        GrammarNode hex = Bytes("0123456789abcdefABCDEF"), d = Bytes("dD"), u = GrammarNode.Text("\\u");
        return GrammarNode.AnyOf(
            GrammarNode.CodePoint(CodePointSet.All.Except(CodePointSet.Of((0, 0x1F), ('"', '"'), ('\\', '\\')))),
            GrammarNode.Sequence(GrammarNode.Text("\\"), Bytes("\"\\/bfnrt")),
            GrammarNode.Sequence(u, Bytes("0123456789abcefABCEF"), hex, hex, hex),
            GrammarNode.Sequence(u, d, Bytes("01234567"), hex, hex),
            GrammarNode.Sequence(u, d, Bytes("89abAB"), hex, hex, u, d, Bytes("cdefCDEF"), hex, hex));
    }

    private static GrammarNode Number()
    {
        GrammarNode digit = Bytes("0123456789"), digits = GrammarNode.Repeat(digit, 1);
        return GrammarNode.Sequence(
            GrammarNode.Optional(GrammarNode.Text("-")),
            GrammarNode.AnyOf(GrammarNode.Text("0"), GrammarNode.Sequence(Bytes("123456789"), GrammarNode.Repeat(digit, 0))),
            GrammarNode.Optional(GrammarNode.Sequence(GrammarNode.Text("."), digits)),
            GrammarNode.Optional(GrammarNode.Sequence(Bytes("eE"), GrammarNode.Optional(Bytes("+-")), digits)));
    }

    private static GrammarNode Bytes(string members) =>
        GrammarNode.Byte(members.Aggregate(ByteSet.Empty, (set, member) => set | ByteSet.Of((byte)member)));
}
