using System.Text;

namespace Agentic.Inference.Gguf;

/// <summary>An array of byte strings in two blocks of memory instead of one object a string. Immutable, thread-safe.</summary>
/// <param name="bytes">All strings, one after the other.</param>
/// <param name="ends">Where each string ends in <paramref name="bytes"/>.</param>
public sealed class Utf8Strings(byte[] bytes, int[] ends)
{
    /// <summary>Number of strings.</summary>
    public int Count => ends.Length;

    /// <summary>The bytes of a string; not necessarily valid UTF-8.</summary>
    public ReadOnlySpan<byte> this[int index] => bytes.AsSpan(Start(index)..ends[index]);

    /// <summary>A string as memory, to be kept.</summary>
    public ReadOnlyMemory<byte> Memory(int index) => bytes.AsMemory(Start(index)..ends[index]);

    /// <summary>A string as text; bytes that are not UTF-8 become U+FFFD.</summary>
    public string Text(int index) => Encoding.UTF8.GetString(this[index]);

    private int Start(int index) => index == 0 ? 0 : ends[index - 1];
}
