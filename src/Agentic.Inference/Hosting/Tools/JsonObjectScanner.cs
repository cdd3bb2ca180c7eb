using System.Text;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>Cuts a stream of text into objects in balanced braces and what stands between them.</summary>
internal sealed class JsonObjectScanner
{
    private readonly StringBuilder _before = new();
    private readonly StringBuilder _object = new();
    private int _depth;
    private bool _inText, _escaped;

    /// <summary>What has come since the last object, an unfinished one included.</summary>
    public string Rest => _before.ToString() + _object;

    /// <summary>Takes a character; true when it completes an object.</summary>
    public bool Append(char symbol, out string before, out string json)
    {
        (before, json) = ("", "");
        if (_depth == 0 && symbol != '{')
        {
            _before.Append(symbol);
            return false;
        }

        _object.Append(symbol);
        if (_inText)
        {
            _inText = _escaped || symbol != '"';
            _escaped = !_escaped && symbol == '\\';
            return false;
        }

        _inText = symbol == '"';
        _depth += symbol == '{' ? 1 : symbol == '}' ? -1 : 0;
        if (_depth > 0)
        {
            return false;
        }

        (before, json) = (_before.ToString(), _object.ToString());
        _before.Clear();
        _object.Clear();
        return true;
    }
}
