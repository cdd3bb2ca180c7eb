namespace Agentic.Inference.Hosting.Sessions;

/// <summary>Sessions of a host.</summary>
internal sealed class TokenSessions(ModelHost host, string model) : ITokenSessions
{
    /// <inheritdoc/>
    public ITokenSession Start() => new TokenSession(host, model, [], new SessionPages());
}
