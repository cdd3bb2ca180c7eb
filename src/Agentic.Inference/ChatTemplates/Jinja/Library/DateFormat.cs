using System.Globalization;
using System.Text;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>The format letters of <c>strftime</c>, in English.</summary>
internal static class DateFormat
{
    public static string Write(DateTimeOffset time, string format)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }
            text.Append(Field(time, format[++i]));
        }
        return text.ToString();
    }

    private static string Field(DateTimeOffset time, char letter)
    {
        string With(string format) => time.ToString(format, CultureInfo.InvariantCulture);
        return letter switch
        {
            'Y' => With("yyyy"),
            'y' => With("yy"),
            'm' => With("MM"),
            'd' => With("dd"),
            'B' => With("MMMM"),
            'b' => With("MMM"),
            'A' => With("dddd"),
            'a' => With("ddd"),
            'H' => With("HH"),
            'I' => With("hh"),
            'M' => With("mm"),
            'S' => With("ss"),
            'p' => With("tt"),
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'F' => With("yyyy-MM-dd"),
            'T' => With("HH:mm:ss"),
            '%' => "%",
            _ => throw new TemplateFault($"the date format '%{letter}' is not supported"),
        };
    }
}
