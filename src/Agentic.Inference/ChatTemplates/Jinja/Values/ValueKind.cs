using System.Numerics;

namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>Names of kinds of values, as template authors know them.</summary>
internal static class ValueKind
{
    public static string Name(object? value) => value switch
    {
        null => "none",
        bool => "bool",
        long or BigInteger => "int",
        double => "float",
        MarkedText => "str",
        TemplateList list => list.IsTuple ? "tuple" : "list",
        TemplateMap => "dict",
        TemplateGenerator => "generator",
        Undefined => "undefined",
        TemplateFunction => "function",
        _ => "object",
    };
}
