using System.ClientModel;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Agentic.Remote;

/// <summary>Whatever goes wrong on the way to an endpoint, as one sentence.</summary>
internal static class RemoteFailure
{
    private const int LongestDetail = 200;

    /// <summary>The failure of a call.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="address">The endpoint as <see cref="Address"/> shows it.</param>
    /// <param name="timeout">How long it was waited for.</param>
    /// <param name="keyVariable">Environment variable of its key.</param>
    public static ModelCallException From(Exception exception, string address, TimeSpan timeout, string keyVariable)
    {
        var root = exception is AggregateException aggregate ? aggregate.Flatten().InnerExceptions[^1] : exception;
        var status = root is ClientResultException result ? result.Status : 0;
        var message = (status, root) switch
        {
            ( > 0, _) => $"The endpoint {address} answered {status}{Detail(root.Message)}.",
            (_, OperationCanceledException or TimeoutException) => $"The endpoint {address} did not answer within {timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s.",
            _ when Find<SocketException>(root) is { } socket => $"The endpoint {address} cannot be reached: {OneLine(socket.Message)}.",
            _ when Find<IOException>(root) is not null => $"The endpoint {address} broke the connection before the reply was complete.",
            _ when Find<HttpRequestException>(root) is { } http => $"The endpoint {address} cannot be reached: {OneLine(http.Message)}.",
            _ => $"The endpoint {address} sent something that is not a chat completion: {OneLine(root.Message)}.",
        };
        var unreachable = status == 0 && (root is OperationCanceledException or TimeoutException || Find<IOException>(root) is not null
            || Find<SocketException>(root) is not null || Find<HttpRequestException>(root) is not null);
        return new(message, Hint(status, keyVariable), exception)
        {
            Transient = unreachable || status is 408 or 429 or 500 or 502 or 503 or 504,
            RetryAfter = RetryAfter(root as ClientResultException),
        };
    }

    public static ModelCallException Incomplete(string address, string output) =>
        new($"The endpoint {address} ended its stream without a finish reason, so the reply is not complete.") { LastOutput = output, Transient = true };

    /// <summary>An endpoint without what may be secret in it: user, password and query.</summary>
    public static string Address(Uri endpoint) => endpoint.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>What the header of that name asks for: seconds or a date.</summary>
    private static TimeSpan? RetryAfter(ClientResultException? result) =>
        result?.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var text) != true ? null
        : RetryConditionHeaderValue.TryParse(text, out var value) ? value.Delta ?? value.Date - DateTimeOffset.UtcNow
        : null;

    private static string? Hint(int status, string keyVariable) => status switch
    {
        401 or 403 => $"Set the key of the endpoint in the environment variable {keyVariable}.",
        404 => "Check the address (it usually ends in /v1) and the name of the model.",
        429 => "The endpoint asks for fewer requests; lower the parallelism or wait.",
        0 => "Check that the endpoint is running and the address is right.",
        _ => null,
    };

    private static T? Find<T>(Exception? exception) where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }
        return null;
    }

    private static string Detail(string message)
    {
        var line = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        return line is null ? "" : $": {OneLine(line)}";
    }

    private static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        if (line.Length <= LongestDetail)
        {
            return line;
        }
        var end = char.IsHighSurrogate(line[LongestDetail - 1]) ? LongestDetail - 1 : LongestDetail;
        return line[..end] + "…";
    }
}
