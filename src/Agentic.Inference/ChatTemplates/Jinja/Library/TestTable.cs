using System.Numerics;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>A test: what stands after <c>is</c>.</summary>
internal delegate bool TemplateTest(RenderState state, object? value, CallArguments arguments);

/// <summary>The tests by name; a new one is an entry here.</summary>
internal static class TestTable
{
    private static readonly Dictionary<string, TemplateTest> Table = new()
    {
        ["defined"] = (_, value, _) => value is not Undefined,
        ["undefined"] = (_, value, _) => value is Undefined,
        ["none"] = (_, value, _) => value is null,
        ["string"] = (_, value, _) => value is MarkedText,
        ["number"] = (_, value, _) => value is long or double or bool or BigInteger,
        ["integer"] = (_, value, _) => value is long or BigInteger,
        ["float"] = (_, value, _) => value is double,
        ["boolean"] = (_, value, _) => value is bool,
        ["true"] = (_, value, _) => value is true,
        ["false"] = (_, value, _) => value is false,
        ["mapping"] = (_, value, _) => value is TemplateMap,
        ["iterable"] = (_, value, _) => value is MarkedText or TemplateList or TemplateMap or TemplateGenerator or Undefined,
        ["sequence"] = (_, value, _) => value is MarkedText or TemplateList or TemplateMap or Undefined,
        ["callable"] = (_, value, _) => value is TemplateFunction or ICallable,
        ["even"] = (_, value, _) => Integer(value) % 2 == 0,
        ["odd"] = (_, value, _) => Integer(value) % 2 != 0,
        ["divisibleby"] = (_, value, a) => a.Integer(0, "num") is var divisor && divisor != 0 ? Integer(value) % divisor == 0 : throw new TemplateFault("division by zero"),
        ["equalto"] = Equal,
        ["eq"] = Equal,
        ["=="] = Equal,
        ["ne"] = (state, value, a) => !Equal(state, value, a),
        ["!="] = (state, value, a) => !Equal(state, value, a),
        ["gt"] = (_, value, a) => Operators.Compare(value, a.Need(0, "other"), ">") > 0,
        ["greaterthan"] = (_, value, a) => Operators.Compare(value, a.Need(0, "other"), ">") > 0,
        ["ge"] = (_, value, a) => Operators.Compare(value, a.Need(0, "other"), ">=") >= 0,
        ["lt"] = (_, value, a) => Operators.Compare(value, a.Need(0, "other"), "<") < 0,
        ["lessthan"] = (_, value, a) => Operators.Compare(value, a.Need(0, "other"), "<") < 0,
        ["le"] = (_, value, a) => Operators.Compare(value, a.Need(0, "other"), "<=") <= 0,
        ["sameas"] = (_, value, a) => ReferenceEquals(value, a.Need(0, "other")) || (value is bool or long or MarkedText && Equals(value, a.Need(0, "other"))),
        ["in"] = (_, value, a) => Operators.Contains(a.Need(0, "seq"), value),
        ["lower"] = (state, value, _) => state.Made(Printer.Print(value)).Text is var text && text.Any(char.IsLetter) && !text.Any(char.IsUpper),
        ["upper"] = (state, value, _) => state.Made(Printer.Print(value)).Text is var text && text.Any(char.IsLetter) && !text.Any(char.IsLower),
        ["escaped"] = (_, _, _) => false,
        ["filter"] = (_, value, _) => value is MarkedText name && FilterTable.Has(name.Text),
        ["test"] = (_, value, _) => value is MarkedText name && Has(name.Text),
    };

    public static TemplateTest Find(string name, int? line = null) =>
        Table.TryGetValue(name, out var test) ? test : throw new TemplateFault($"the test '{name}' is unknown or not supported", line);

    /// <summary>Applies a test, counting what it may compare.</summary>
    public static bool Apply(RenderState state, TemplateTest test, object? value, CallArguments arguments)
    {
        if (arguments.Positional is [var other, ..])
        {
            state.ChargeSearch(other, value);
            state.ChargeComparison(other, value);
        }
        return test(state, value, arguments);
    }

    private static bool Has(string name) => Table.ContainsKey(name);

    private static bool Equal(RenderState state, object? value, CallArguments arguments) => Operators.AreEqual(value, arguments.Need(0, "other"));

    private static long Integer(object? value) => Numbers.Widen(value) is long number ? number : throw new TemplateFault($"a test needs an integer, not {ValueKind.Name(value)}");
}
