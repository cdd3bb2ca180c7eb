using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja;

/// <summary>Variables of a block; inner ones hide outer ones, and assignment is always to the innermost.</summary>
internal sealed class Scope(Scope? parent = null)
{
    private readonly Dictionary<string, object?> _variables = [];

    public object? Get(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._variables.TryGetValue(name, out var value))
            {
                return value;
            }
        }
        return new Undefined($"'{name}' is undefined");
    }

    public Scope? Parent { get; } = parent;

    public void Set(string name, object? value) => _variables[name] = value;
}
