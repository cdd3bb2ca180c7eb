namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>An object of the engine with named members: the loop variable, namespaces, cyclers.</summary>
internal interface IMembers
{
    bool TryGet(string name, out object? value);
}
