using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Agentic.Agents;

/// <summary>Reads an agent card strictly: an unknown key, a wrong type or a missing value is refused with file and line.</summary>
internal sealed class AgentCardReader
{
    private readonly string _file;
    private readonly Dictionary<string, (YamlNode Value, int Line)> _fields = new(StringComparer.Ordinal);

    private AgentCardReader(string file, string yaml)
    {
        _file = file;
        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(yaml);
            stream.Load(reader);
        }
        catch (YamlException e)
        {
            throw Error((int)e.Start.Line, $"not valid YAML ({e.Message.Split('\n')[0]})");
        }

        if (stream.Documents.Count != 1 || stream.Documents[0].RootNode is not YamlMappingNode root)
        {
            throw Error(1, "an agent card is one mapping of keys to values");
        }

        foreach ((YamlNode key, YamlNode value) in root.Children)
        {
            string name = (key as YamlScalarNode)?.Value ?? throw Error((int)key.Start.Line, "a key must be a plain word");
            _fields[name] = (value, (int)key.Start.Line);
        }
    }

    /// <summary>Line of the <c>prompt</c> key, for messages about the prompt.</summary>
    private int PromptLine => _fields.TryGetValue("prompt", out (YamlNode Value, int Line) found) ? found.Line : 1;

    public static (AgentCard Card, int PromptLine) Read(string file, string yaml)
    {
        var reader = new AgentCardReader(file, yaml);
        int promptLine = reader.PromptLine;
        return (reader.Card(), promptLine);
    }

    private AgentCard Card()
    {
        var defaults = new AgentCard { Name = "", File = "", Prompt = "" };
        var card = new AgentCard
        {
            File = _file,
            Name = Text("name") ?? throw Error(1, "the key 'name' is missing"),
            Prompt = Text("prompt") ?? throw Error(1, "the key 'prompt' is missing"),
            Description = Text("description") ?? "",
            Role = (Text("role") ?? "").Trim(),
            MaxOutput = (int)(Number("max_output", 1, 1_000_000, whole: true) ?? defaults.MaxOutput),
            Temperature = (float)(Number("temperature", 0, 5) ?? 0),
            TopP = (float?)Number("top_p", 0, 1),
            RepetitionPenalty = (float?)Number("repetition_penalty", 1, 10),
            Stop = List("stop"),
            ReplyStart = Text("reply_start") ?? "",
            Retries = (int)(Number("retries", 0, 10, whole: true) ?? defaults.Retries),
            TimeoutSeconds = Number("timeout_seconds", 0.001, 86_400) ?? defaults.TimeoutSeconds,
            AllowTruncated = Flag("allow_truncated"),
        };
        if (_fields.Count > 0)
        {
            (string key, (YamlNode _, int line)) = _fields.First();
            throw Error(line, $"unknown key '{key}'");
        }

        return card;
    }

    private string? Text(string key) => Take(key, out YamlNode? value, out int line)
        ? (value as YamlScalarNode)?.Value ?? throw Error(line, $"'{key}' must be a text")
        : null;

    private double? Number(string key, double least, double most, bool whole = false)
    {
        if (!Take(key, out YamlNode? value, out int line))
        {
            return null;
        }

        return double.TryParse((value as YamlScalarNode)?.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number <= most && (!whole || number == Math.Floor(number))
            ? number
            : throw Error(line, $"'{key}' must be a {(whole ? "whole number" : "number")} from {least.ToString(CultureInfo.InvariantCulture)} to {most.ToString(CultureInfo.InvariantCulture)}");
    }

    private bool Flag(string key)
    {
        if (!Take(key, out YamlNode? value, out int line))
        {
            return false;
        }

        return bool.TryParse((value as YamlScalarNode)?.Value, out bool flag) ? flag : throw Error(line, $"'{key}' must be true or false");
    }

    private List<string> List(string key)
    {
        if (!Take(key, out YamlNode? value, out int line))
        {
            return [];
        }

        return value is YamlSequenceNode items && items.All(i => i is YamlScalarNode)
            ? [.. items.Select(i => ((YamlScalarNode)i).Value ?? "")]
            : throw Error(line, $"'{key}' must be a list of texts");
    }

    private bool Take(string key, out YamlNode? value, out int line)
    {
        bool found = _fields.Remove(key, out (YamlNode Value, int Line) entry);
        (value, line) = (entry.Value, entry.Line);
        return found;
    }

    private ConfigurationException Error(int line, string what) => new($"{_file}, line {line}: {what}.");
}
