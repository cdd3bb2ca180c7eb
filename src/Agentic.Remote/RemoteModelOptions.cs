namespace Agentic.Remote;

/// <summary>Where a remote model is and what it can do.</summary>
public sealed class RemoteModelOptions
{
    /// <summary>Environment variable that holds the key unless <see cref="ApiKeyVariable"/> says otherwise.</summary>
    public const string DefaultKeyVariable = "AGENTIC_API_KEY";

    /// <summary>Base address of the OpenAI-compatible API, version included: <c>http://localhost:8080/v1</c>.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Name of the model as the endpoint knows it.</summary>
    public string? Model { get; set; }

    /// <summary>The key itself; null = read it from <see cref="ApiKeyVariable"/>.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Environment variable with the key; when it is not set, requests carry the word <c>none</c>, which local servers accept. A key never appears in messages.</summary>
    public string ApiKeyVariable { get; set; } = DefaultKeyVariable;

    /// <summary>Context window in tokens, prompt and reply together: the endpoint does not tell. Default 8,192.</summary>
    public int Window { get; set; } = 8192;

    /// <summary>Requests that the endpoint serves at once. Default 4.</summary>
    public int Capacity { get; set; } = 4;

    /// <summary>How long to wait for the next bytes of the endpoint. Default 10 minutes: local servers may read long prompts slowly.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Checks what must be given.</summary>
    /// <exception cref="ConfigurationException">Something is missing or out of range.</exception>
    public void Validate()
    {
        if (Endpoint is not { IsAbsoluteUri: true } || Endpoint.Scheme is not ("http" or "https"))
        {
            throw new ConfigurationException("The endpoint must be an absolute http or https address.", "Give something like http://localhost:8080/v1.");
        }
        if (string.IsNullOrWhiteSpace(Model))
        {
            throw new ConfigurationException("A remote model needs a name.", "Give the name that the endpoint lists under /models.");
        }
        if (Window < 1 || Capacity < 1 || Timeout <= TimeSpan.Zero)
        {
            throw new ConfigurationException("Window, capacity and timeout of a remote model must be positive.");
        }
    }
}
