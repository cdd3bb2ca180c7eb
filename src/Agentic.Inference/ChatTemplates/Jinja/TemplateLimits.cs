namespace Agentic.Inference.ChatTemplates.Jinja;

/// <summary>A template comes from a file that nobody vouches for: these bounds make every rendering end, in time and in memory.</summary>
internal static class TemplateLimits
{
    /// <summary>Characters of a template.</summary>
    public const int SourceChars = 1_000_000;

    /// <summary>Nesting of expressions and of blocks.</summary>
    public const int Nesting = 100;

    /// <summary>Macros and recursive loops inside each other.</summary>
    public const int CallDepth = 200;

    /// <summary>Elements of a range, as in the reference's sandbox.</summary>
    public const int Range = 100_000;

    /// <summary>Characters of a text that is made while rendering, the output included.</summary>
    public const int TextChars = 8_000_000;

    /// <summary>Elements of a list or dictionary with everything in it, shared parts counted each time.</summary>
    public const int Elements = 1_000_000;

    /// <summary>Steps of a rendering; making a text or a list costs a step per <see cref="CharsPerStep"/> elements.</summary>
    public const long Steps = 2_000_000;

    /// <summary>Characters or elements that cost one step.</summary>
    public const int CharsPerStep = 8;

    /// <summary>How often the text of the messages may be copied or compared on top of <see cref="Steps"/>.</summary>
    public const long CopiesOfInput = 100;
}
