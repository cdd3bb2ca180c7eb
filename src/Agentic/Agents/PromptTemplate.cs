using System.Globalization;
using System.Text.RegularExpressions;
using HandlebarsDotNet;

namespace Agentic.Agents;

/// <summary>A Handlebars prompt whose variables were checked when it was loaded. Thread-safe.</summary>
/// <remarks>HTML escaping is off: a document reaches the model as it is. The first line of a prompt is a comment with its version.</remarks>
public sealed partial class PromptTemplate
{
    private readonly Lazy<HandlebarsTemplate<object, object>> _render;
    private readonly string? _after;

    private PromptTemplate(string file, string source, int version)
    {
        File = file;
        Source = source;
        Version = version;
        _render = new Lazy<HandlebarsTemplate<object, object>>(() => Compile(file, source));
    }

    private PromptTemplate(PromptTemplate first, string after)
        : this(first.File, first.Source, first.Version)
    {
        _render = first._render;
        _after = after;
    }

    /// <summary>Where it was read from, for messages.</summary>
    public string File { get; }

    /// <summary>The template's text.</summary>
    public string Source { get; }

    /// <summary>The version that its header states; a change of wording that changes results raises it.</summary>
    public int Version { get; }

    /// <summary>Checks a prompt.</summary>
    /// <param name="file">Name for messages.</param>
    /// <param name="source">The template.</param>
    /// <param name="variables">The variables that the caller provides.</param>
    /// <exception cref="ConfigurationException">No version header, a variable that nobody provides, a partial, or no valid template; with file and line.</exception>
    public static PromptTemplate Parse(string file, string source, IReadOnlyCollection<string> variables)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(variables);
        Match header = Header().Match(source);
        if (!header.Success)
        {
            throw new ConfigurationException($"{file}, line 1: a prompt begins with a version header.", "Begin it with {{!-- version: 1 --}}.");
        }

        if (!int.TryParse(header.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int version))
        {
            throw new ConfigurationException($"{file}, line 1: the version {header.Groups[1].Value} is too large.", "A version is a small whole number.");
        }

        foreach (TemplateTag tag in TemplateTag.Read(source))
        {
            if (tag.Partial is { } partial)
            {
                throw new ConfigurationException($"{file}, line {LineOf(source, tag.Index)}: the partial '{partial}' cannot be included.", "A prompt is one file: write its text here.");
            }

            if (tag.Variables.FirstOrDefault(name => !variables.Contains(name)) is { } unknown)
            {
                throw new ConfigurationException(
                    $"{file}, line {LineOf(source, tag.Index)}: unknown variable '{unknown}'.",
                    $"This prompt may use: {string.Join(", ", variables.Order(StringComparer.Ordinal))}.");
            }
        }

        string body = source[header.Length..].TrimStart('\r', '\n');
        return new PromptTemplate(file, body.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd(), version);
    }

    /// <summary>Fills in the variables.</summary>
    /// <exception cref="ConfigurationException">The template fails while it is filled in.</exception>
    public string Render(IReadOnlyDictionary<string, object?> variables)
    {
        try
        {
            string text = _render.Value(variables).Trim();
            return _after is null ? text : $"{text}\n\n{_after}";
        }
        catch (HandlebarsException e)
        {
            throw new ConfigurationException($"{File}: {e.Message.Split('\n')[0]}", inner: e);
        }
    }

    /// <summary>This prompt with a plain text after it.</summary>
    internal PromptTemplate Followed(string text) => new(this, text);

    private static HandlebarsTemplate<object, object> Compile(string file, string source)
    {
        IHandlebars engine = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true, ThrowOnUnresolvedBindingExpression = true });
        try
        {
            return engine.Compile(source);
        }
        catch (HandlebarsException e)
        {
            throw new ConfigurationException($"{file}: not a valid template ({e.Message.Split('\n')[0]}).", inner: e);
        }
    }

    private static int LineOf(string source, int index) => 1 + source.AsSpan(0, index).Count('\n');

    [GeneratedRegex(@"\A\{\{!--\s*version:\s*(\d+)[^}]*--\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Header();
}
