using System.Collections.Concurrent;
using static Agentic.Inference.Constraints.JsonSchema.Compiling.Parts;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>The formats of strings: for each the texts that are written, all of them valid, not all that are.</summary>
internal static class StringFormats
{
    private static readonly ConcurrentDictionary<string, ByteAutomaton> Built = new(StringComparer.Ordinal);

    private static readonly Dictionary<string, Func<GrammarNode>> Makers = new(StringComparer.Ordinal)
    {
        ["date"] = DateFormats.Date,
        ["time"] = DateFormats.Time,
        ["date-time"] = DateFormats.DateTime,
        ["duration"] = DateFormats.Duration,
        ["email"] = NetworkFormats.Email,
        ["idn-email"] = NetworkFormats.Email,
        ["hostname"] = NetworkFormats.Hostname,
        ["idn-hostname"] = NetworkFormats.Hostname,
        ["ipv4"] = NetworkFormats.Ipv4,
        ["ipv6"] = NetworkFormats.Ipv6,
        ["uri"] = NetworkFormats.Uri,
        ["iri"] = NetworkFormats.Uri,
        ["uri-reference"] = NetworkFormats.UriReference,
        ["iri-reference"] = NetworkFormats.UriReference,
        ["uuid"] = Uuid,
        ["json-pointer"] = Pointer,
        ["relative-json-pointer"] = () => Row(Either(Text("0"), Row(Range('1', '9'), Times(Digit, 0, 3))), Either(Text("#"), Pointer())),
        ["byte"] = Base64,
    };

    /// <summary>Formats that tell how a string is shown or stored and leave its characters free.</summary>
    private static readonly HashSet<string> Free = new(StringComparer.Ordinal) { "password", "binary" };

    /// <summary>The names of all formats that strings may have.</summary>
    public static IEnumerable<string> Names => Makers.Keys.Concat(Free).Order(StringComparer.Ordinal);

    /// <summary>The texts of a format; null when it leaves them free.</summary>
    /// <returns>False when the format is not supported.</returns>
    public static bool TryGet(string format, out ByteAutomaton? texts)
    {
        texts = Makers.TryGetValue(format, out Func<GrammarNode>? make) ? Built.GetOrAdd(format, _ => ByteAutomaton.Of(make())) : null;
        return texts is not null || Free.Contains(format);
    }

    /// <summary>The texts of a <c>contentEncoding</c>; null when it leaves them free.</summary>
    /// <returns>False when the encoding is not supported.</returns>
    public static bool TryGetEncoding(string encoding, out ByteAutomaton? texts)
    {
        texts = encoding switch
        {
            "base64" => Built.GetOrAdd("byte", _ => ByteAutomaton.Of(Base64())),
            "base16" => Built.GetOrAdd("base16", _ => ByteAutomaton.Of(Times(Row(OneOf("0123456789ABCDEF"), OneOf("0123456789ABCDEF")), 0, null))),
            _ => null,
        };
        return texts is not null || encoding is "7bit" or "8bit" or "binary";
    }

    private static GrammarNode Uuid() => Row(Times(Hex, 8), Times(Row(Text("-"), Times(Hex, 4)), 3), Text("-"), Times(Hex, 12));

    /// <summary>Steps of printable ASCII, "~" and "/" in their escapes.</summary>
    private static GrammarNode Pointer() => Times(Row(Text("/"), Times(Either(Range(' ', '.'), Range('0', '}'), Texts("~0", "~1")), 0, null)), 0, null);

    /// <summary>RFC 4648 with padding; the bits that padding leaves over are 0.</summary>
    private static GrammarNode Base64()
    {
        GrammarNode any = OneOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
        return Row(Times(Times(any, 4), 0, null), Either(GrammarNode.Empty, Row(any, any, OneOf("AEIMQUYcgkosw048"), Text("=")), Row(any, OneOf("AQgw"), Text("=="))));
    }
}
