namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary><c>namespace()</c>: the one object whose members a template may assign.</summary>
internal sealed class TemplateNamespace : IMembers
{
    private readonly Dictionary<string, object?> _members = [];

    public void Set(string name, object? value) => _members[name] = value;

    public bool TryGet(string name, out object? value) => _members.TryGetValue(name, out value);
}
