using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Agentic.Cli.Frame;

/// <summary>Refuses what is no number, or too large for one, where an option takes a number. The parser would name a type of the program, or read "0,7" as 7.</summary>
internal static class NumberCheck
{
    /// <exception cref="UsageException">A value of a numeric option is no number that it can hold.</exception>
    public static void Check(ParseResult result)
    {
        for (SymbolResult? command = result.CommandResult; command is not null; command = command.Parent)
        {
            foreach (OptionResult option in ((CommandResult)command).Children.OfType<OptionResult>())
            {
                foreach (Token token in option.Tokens)
                {
                    Check(option.Option, token.Value);
                }
            }
        }
    }

    private static void Check(Option option, string value)
    {
        Type type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        if (type == typeof(int))
        {
            Whole(option.Name, value, int.MinValue, int.MaxValue);
        }
        else if (type == typeof(long))
        {
            Whole(option.Name, value, long.MinValue, long.MaxValue);
        }
        else if ((type == typeof(float) || type == typeof(double)) && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        {
            throw new UsageException($"{option.Name} takes a number, not '{value}'.", "Write it like 0.7, with a decimal point.");
        }
    }

    private static void Whole(string option, string value, long least, long most)
    {
        if (!BigInteger.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out BigInteger number))
        {
            throw new UsageException($"{option} takes a whole number, not '{value}'.");
        }

        if (number < least || number > most)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option} must be at {(number > most ? "most" : "least")} {(number > most ? most : least):N0}, not {number:N0}."));
        }
    }
}
