using System.Text;

namespace Agentic.Inference.Tokenization;

/// <summary>Many byte strings in one block: entry i is <c>blob[offsets[i]..offsets[i+1]]</c>. Immutable.</summary>
internal sealed class Utf8Table(byte[] blob, int[] offsets)
{
    /// <summary>The number of entries.</summary>
    public int Count => offsets.Length - 1;

    /// <summary>The bytes of an entry.</summary>
    public ReadOnlySpan<byte> this[int index] => blob.AsSpan(offsets[index]..offsets[index + 1]);

    /// <summary>A table of strings as UTF-8.</summary>
    public static Utf8Table From(IEnumerable<string> strings)
    {
        var builder = new Utf8TableBuilder();
        foreach (string s in strings)
        {
            builder.Add(Encoding.UTF8.GetBytes(s));
        }

        return builder.Build();
    }
}
