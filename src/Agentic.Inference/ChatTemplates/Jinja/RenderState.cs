using System.Runtime.CompilerServices;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja;

/// <summary>What a rendering carries along: output, variables, the step count and the date.</summary>
internal sealed class RenderState(Scope globals, long steps, DateTimeOffset now)
{
    private long _steps = steps;

    public MarkedBuilder Output { get; private set; } = new();

    public Scope Scope { get; private set; } = globals;

    public int Line { get; private set; } = 1;

    public DateTimeOffset Now { get; } = now;

    public int CallDepth { get; private set; }

    /// <summary>Counts a step at a line, and stops a rendering that has had too many or nests too deep.</summary>
    public void Enter(int line)
    {
        Line = line;
        Spend(1);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateFault("it nests too deep");
        }
    }

    /// <summary>Counts the making of a text or list.</summary>
    public void Charge(long elements) => Spend(elements / TemplateLimits.CharsPerStep);

    /// <summary>Counts the making of a text, which must not be too long.</summary>
    public MarkedText Made(MarkedText text)
    {
        Charge(text.Text.Length);
        return text.Text.Length <= TemplateLimits.TextChars ? text
            : throw new TemplateFault($"it makes a text of more than {TemplateLimits.TextChars} characters");
    }

    /// <summary>Counts going once through a value: the characters of a text, the items of a container but not what is in them.</summary>
    public void ChargeWalk(object? value) => Charge(value switch
    {
        MarkedText text => text.Text.Length,
        TemplateList list => list.Items.Count,
        TemplateMap map => map.Count,
        _ => 0,
    });

    /// <summary>Counts a comparison of two values with everything in them.</summary>
    public void ChargeComparison(object? left, object? right) => Charge(Math.Min(Extent.Of(left).Size, Extent.Of(right).Size));

    /// <summary>Counts the search for an item in a container.</summary>
    public void ChargeSearch(object? container, object? item)
    {
        ChargeWalk(container);
        if (container is TemplateList list)
        {
            Charge(Math.Min(list.Extent.Size, list.Items.Count * Extent.Of(item).Size));
        }
        else
        {
            ChargeWalk(item);
        }
    }

    /// <summary>Runs an action with an output of its own and returns what it wrote.</summary>
    public MarkedText Capture(Action action)
    {
        var outer = Output;
        Output = new MarkedBuilder();
        try
        {
            action();
            return Output.ToText();
        }
        finally
        {
            Output = outer;
        }
    }

    /// <summary>Runs an action in an inner scope.</summary>
    public T In<T>(Scope scope, Func<T> action)
    {
        var outer = Scope;
        Scope = scope;
        try
        {
            return action();
        }
        finally
        {
            Scope = outer;
        }
    }

    /// <summary>Runs a macro or a recursive loop.</summary>
    public T Call<T>(Func<T> action)
    {
        if (++CallDepth > TemplateLimits.CallDepth)
        {
            throw new TemplateFault($"macros call each other more than {TemplateLimits.CallDepth} deep");
        }
        var result = action();
        CallDepth--;
        return result;
    }

    private void Spend(long count)
    {
        _steps -= count;
        if (_steps < 0)
        {
            throw new TemplateFault("rendering takes too many steps or too much text");
        }
    }
}
