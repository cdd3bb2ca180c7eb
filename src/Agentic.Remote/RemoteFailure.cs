using System.ClientModel;
using System.Net.Sockets;

namespace Agentic.Remote;

/// <summary>Whatever goes wrong on the way to an endpoint, as one sentence.</summary>
internal static class RemoteFailure
{
    private const int LongestDetail = 200;

    public static ModelCallException From(Exception exception, Uri endpoint, TimeSpan timeout)
    {
        var root = exception is AggregateException aggregate ? aggregate.Flatten().InnerExceptions[^1] : exception;
        var status = root is ClientResultException result ? result.Status : 0;
        var message = (status, root) switch
        {
            ( > 0, _) => $"The endpoint {endpoint} answered {status}{Detail(root.Message)}.",
            (_, OperationCanceledException or TimeoutException) => $"The endpoint {endpoint} did not answer within {timeout.TotalSeconds:0.#} s.",
            _ when Find<SocketException>(root) is { } socket => $"The endpoint {endpoint} cannot be reached: {OneLine(socket.Message)}.",
            _ when Find<IOException>(root) is not null => $"The endpoint {endpoint} broke the connection before the reply was complete.",
            _ when Find<HttpRequestException>(root) is { } http => $"The endpoint {endpoint} cannot be reached: {OneLine(http.Message)}.",
            _ => $"The endpoint {endpoint} sent something that is not a chat completion: {OneLine(root.Message)}.",
        };
        return new(message, Hint(status), exception);
    }

    public static ModelCallException Incomplete(Uri endpoint, string output) =>
        new($"The endpoint {endpoint} ended its stream without a finish reason, so the reply is not complete.") { LastOutput = output };

    private static string? Hint(int status) => status switch
    {
        401 or 403 => $"Set the key of the endpoint in the environment variable {RemoteModelOptions.DefaultKeyVariable}.",
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
        return line.Length <= LongestDetail ? line : line[..LongestDetail] + "…";
    }
}
