namespace Agentic.Inference.Gguf;

/// <summary>The first eight bytes: magic and version.</summary>
internal static class GgufHeader
{
    private const uint Magic = 0x4655_4747; // "GGUF"

    public static int ReadVersion(GgufReader reader)
    {
        if (reader.Remaining < 4 || reader.UInt32("magic") != Magic)
        {
            throw reader.Error("magic", "is not \"GGUF\": this is not a GGUF file.");
        }

        var version = reader.UInt32("version");
        if ((version & 0xFFFF) == 0 && version != 0)
        {
            throw reader.NotSupported("version", "has its bytes swapped: this is a big-endian file; only little-endian files are supported.");
        }

        return version switch
        {
            2 or 3 => (int)version,
            1 => throw reader.NotSupported("version", "is 1, an obsolete layout; versions 2 and 3 are supported."),
            _ => throw reader.NotSupported("version", $"is {version}; versions 2 and 3 are supported."),
        };
    }
}
