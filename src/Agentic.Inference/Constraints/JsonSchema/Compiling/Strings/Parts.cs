namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Short names for what formats are made of.</summary>
internal static class Parts
{
    public static GrammarNode Digit { get; } = Range('0', '9');

    public static GrammarNode Hex { get; } = OneOf("0123456789abcdefABCDEF");

    public static GrammarNode Text(string text) => GrammarNode.Text(text);

    public static GrammarNode Texts(params string[] texts) => GrammarNode.AnyOf([.. texts.Select(GrammarNode.Text)]);

    public static GrammarNode Row(params GrammarNode[] parts) => GrammarNode.Sequence(parts);

    public static GrammarNode Either(params GrammarNode[] options) => GrammarNode.AnyOf(options);

    public static GrammarNode Maybe(params GrammarNode[] parts) => GrammarNode.Optional(Row(parts));

    public static GrammarNode Times(GrammarNode part, int min, int? max) => GrammarNode.Repeat(part, min, max);

    public static GrammarNode Times(GrammarNode part, int count) => GrammarNode.Repeat(part, count, count);

    public static GrammarNode Range(char first, char last) => GrammarNode.Byte(ByteSet.Range((byte)first, (byte)last));

    /// <summary>One of some ASCII characters.</summary>
    public static GrammarNode OneOf(string members) => GrammarNode.Byte(members.Aggregate(ByteSet.Empty, (set, member) => set | ByteSet.Of((byte)member)));

    /// <summary>A part once or more often, a separator between.</summary>
    public static GrammarNode Separated(GrammarNode part, string separator, int min, int? max) =>
        Row(part, Times(Row(Text(separator), part), min - 1, max - 1));
}
