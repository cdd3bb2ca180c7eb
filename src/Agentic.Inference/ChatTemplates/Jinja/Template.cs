using Agentic.Inference.ChatTemplates.Jinja.Statements;
using Agentic.Inference.ChatTemplates.Jinja.Syntax;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja;

/// <summary>A parsed template. Rendering changes nothing in it: any number of threads may.</summary>
internal sealed class Template
{
    private readonly Statement _body;

    private Template(Statement body) => _body = body;

    public static Template Parse(string source)
    {
        try
        {
            return new(Parser.Parse(source));
        }
        catch (TemplateFault fault)
        {
            throw new ChatTemplateException(fault.Message, fault.Line, fault.Raised);
        }
    }

    /// <summary>Renders with the given variables.</summary>
    /// <param name="variables">Global variables; texts of messages as marked content.</param>
    /// <param name="inputLength">Characters of the messages: what a rendering may cost grows with it.</param>
    /// <param name="now">What <c>strftime_now</c> tells.</param>
    public MarkedText Render(TemplateMap variables, long inputLength, DateTimeOffset now)
    {
        var globals = new Scope(Library.Globals.Scope);
        foreach (var (key, value) in variables.Entries)
        {
            globals.Set(((MarkedText)key!).Text, value);
        }
        var state = new RenderState(globals, TemplateLimits.Steps + (TemplateLimits.CopiesOfInput * inputLength / TemplateLimits.CharsPerStep), now);
        try
        {
            _body.Execute(state);
            return state.Output.ToText();
        }
        catch (TemplateFault fault)
        {
            throw new ChatTemplateException(fault.Message, fault.Line ?? state.Line, fault.Raised);
        }
    }
}
