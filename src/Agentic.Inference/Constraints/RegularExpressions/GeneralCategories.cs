using System.Globalization;

namespace Agentic.Inference.Constraints.RegularExpressions;

/// <summary>The general categories of Unicode as sets, in the version that the runtime knows.</summary>
internal static class GeneralCategories
{
    // In the order of UnicodeCategory.
    private static readonly (string Short, string Long)[] Names =
    [
        ("Lu", "Uppercase_Letter"), ("Ll", "Lowercase_Letter"), ("Lt", "Titlecase_Letter"), ("Lm", "Modifier_Letter"), ("Lo", "Other_Letter"),
        ("Mn", "Nonspacing_Mark"), ("Mc", "Spacing_Mark"), ("Me", "Enclosing_Mark"), ("Nd", "Decimal_Number"), ("Nl", "Letter_Number"), ("No", "Other_Number"),
        ("Zs", "Space_Separator"), ("Zl", "Line_Separator"), ("Zp", "Paragraph_Separator"), ("Cc", "Control"), ("Cf", "Format"), ("Cs", "Surrogate"), ("Co", "Private_Use"),
        ("Pc", "Connector_Punctuation"), ("Pd", "Dash_Punctuation"), ("Ps", "Open_Punctuation"), ("Pe", "Close_Punctuation"), ("Pi", "Initial_Punctuation"),
        ("Pf", "Final_Punctuation"), ("Po", "Other_Punctuation"), ("Sm", "Math_Symbol"), ("Sc", "Currency_Symbol"), ("Sk", "Modifier_Symbol"), ("So", "Other_Symbol"), ("Cn", "Unassigned"),
    ];

    private static readonly (string Name, string Members)[] Groups =
    [
        ("L", "Lu Ll Lt Lm Lo"), ("Letter", "Lu Ll Lt Lm Lo"), ("LC", "Lu Ll Lt"), ("Cased_Letter", "Lu Ll Lt"), ("M", "Mn Mc Me"), ("Mark", "Mn Mc Me"),
        ("N", "Nd Nl No"), ("Number", "Nd Nl No"), ("P", "Pc Pd Ps Pe Pi Pf Po"), ("Punctuation", "Pc Pd Ps Pe Pi Pf Po"), ("S", "Sm Sc Sk So"), ("Symbol", "Sm Sc Sk So"),
        ("Z", "Zs Zl Zp"), ("Separator", "Zs Zl Zp"), ("C", "Cc Cf Cs Co Cn"), ("Other", "Cc Cf Cs Co Cn"), ("digit", "Nd"), ("punct", "Pc Pd Ps Pe Pi Pf Po"), ("cntrl", "Cc"), ("Combining_Mark", "Mn Mc Me"),
    ];

    private static readonly Lazy<CodePointSet[]> Sets = new(Read);

    /// <summary>The set of a property as ECMA-262 writes it, with or without <c>General_Category=</c>; null when it is another one.</summary>
    public static CodePointSet? Find(string property)
    {
        string name = property.StartsWith("General_Category=", StringComparison.Ordinal) || property.StartsWith("gc=", StringComparison.Ordinal)
            ? property[(property.IndexOf('=') + 1)..]
            : property;
        if (name == property && name is "Any" or "ASCII")
        {
            return name == "Any" ? CodePointSet.All : CodePointSet.Of((0, 0x7F));
        }

        string members = Array.Find(Groups, group => group.Name == name).Members ?? Array.Find(Names, category => category.Short == name || category.Long == name).Short;
        return members is null ? null : CodePointSet.Of(members.Split(' ').SelectMany(member => Sets.Value[Array.FindIndex(Names, category => category.Short == member)]));
    }

    private static CodePointSet[] Read()
    {
        var ranges = new List<(int First, int Last)>[Names.Length];
        for (int category = 0; category < ranges.Length; category++)
        {
            ranges[category] = [];
        }

        for (int first = 0; first <= 0x10FFFF;)
        {
            UnicodeCategory category = CharUnicodeInfo.GetUnicodeCategory(first);
            int last = first;
            while (last < 0x10FFFF && CharUnicodeInfo.GetUnicodeCategory(last + 1) == category)
            {
                last++;
            }

            ranges[(int)category].Add((first, last));
            first = last + 1;
        }

        return [.. ranges.Select(CodePointSet.Of)];
    }
}
