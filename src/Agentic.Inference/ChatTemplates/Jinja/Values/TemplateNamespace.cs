namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary><c>namespace()</c>: the one object whose members a template may assign.</summary>
internal sealed class TemplateNamespace : IMembers
{
    private readonly Dictionary<string, object?> members = [];

    public void Set(string name, object? value) => members[name] = value;

    public bool TryGet(string name, out object? value) => members.TryGetValue(name, out value);
}
