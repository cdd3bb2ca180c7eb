using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Agentic.Remote.Tests;

/// <summary>A server on the loopback that answers every request with the same bytes and remembers what it was asked.</summary>
internal sealed class ScriptedEndpoint : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string reply;
    private readonly bool abort;
    private readonly bool hang;
    private readonly string? streamed;

    private ScriptedEndpoint(string reply, bool abort, bool hang, string? streamed = null)
    {
        (this.reply, this.abort, this.hang, this.streamed) = (reply, abort, hang, streamed);
        _listener.Start();
        _ = Task.Run(Serve);
    }

    public Uri Uri => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");

    public List<JsonElement> Requests { get; } = [];

    public string Headers { get; private set; } = "";

    public static ScriptedEndpoint Json(int status, string body, string headers = "") => new($"HTTP/1.1 {status} X\r\n{headers}Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}", false, false);

    /// <summary>A completion, or the events to who asks for a stream.</summary>
    public static ScriptedEndpoint Chat(string body, params string[] events) => new(
        $"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}", false, false,
        Head + string.Concat(events.Select(e => $"data: {e}\n\n")));

    /// <summary>Server-sent events; without a length, the end of the connection ends them.</summary>
    public static ScriptedEndpoint Events(params string[] events) => new(Head + string.Concat(events.Select(e => $"data: {e}\n\n")), false, false);

    /// <summary>Events in an announced length that is never reached: the connection breaks.</summary>
    public static ScriptedEndpoint BrokenEvents(params string[] events) =>
        new(Head.Replace("\r\n\r\n", "\r\nContent-Length: 100000\r\n\r\n", StringComparison.Ordinal) + string.Concat(events.Select(e => $"data: {e}\n\n")), true, false);

    /// <summary>Takes a request and never answers.</summary>
    public static ScriptedEndpoint Silent(params string[] events) => new(events.Length == 0 ? "" : Head + string.Concat(events.Select(e => $"data: {e}\n\n")), false, true);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    private async Task Serve()
    {
        while (!_stop.IsCancellationRequested)
        {
            using var connection = await _listener.AcceptTcpClientAsync(_stop.Token);
            var stream = connection.GetStream();
            try
            {
                JsonElement request = await ReadRequest(stream);
                bool streams = streamed is not null && request.TryGetProperty("stream", out JsonElement wanted) && wanted.GetBoolean();
                await stream.WriteAsync(Encoding.UTF8.GetBytes(streams ? streamed! : reply), _stop.Token);
                await stream.FlushAsync(_stop.Token);
            }
            catch (IOException)
            {
                continue; // who asked has gone
            }

            if (hang)
            {
                // The client goes away first.
                await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, _stop.Token);
            }
            if (abort)
            {
                connection.LingerState = new LingerOption(false, 0);
            }
        }
    }

    private async Task<JsonElement> ReadRequest(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        var length = -1;
        while (length < 0 || bytes.Count < length)
        {
            int count = await stream.ReadAsync(buffer, _stop.Token);
            if (count == 0)
            {
                throw new EndOfStreamException();
            }

            bytes.AddRange(buffer[..count]);
            var text = Encoding.UTF8.GetString([.. bytes]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && length < 0)
            {
                Headers = text[..end];
                var field = Headers.Split("\r\n").First(h => h.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
                length = end + 4 + int.Parse(field.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
            }
        }
        var body = Encoding.UTF8.GetString([.. bytes]);
        JsonElement request = JsonDocument.Parse(body[(body.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).RootElement;
        Requests.Add(request);
        return request;
    }
}
