namespace Sluice.Proxy.Plans;

/// <summary>A cookie that names the server a client's requests go to.</summary>
public sealed record SessionPlan
{
    /// <summary>The cookie. Its name is unique among the upstreams of a host.</summary>
    public StickyCookiePlan Cookie { get; init; } = new() { Name = "sluice_session" };

    /// <summary>
    /// What cookies are signed with, so that nobody can make one for a server of their choice, and machines with the same secret take each other's; null
    /// leaves them unsigned. Never written to a log or a report.
    /// </summary>
    public string? Secret { get; init; }

    /// <summary>Whether a client whose server takes no requests gets an error instead of another server.</summary>
    public bool FailsWithServer { get; init; }

    /// <summary>As <see cref="Secret"/> is not for eyes.</summary>
    public override string ToString() => $"session {Cookie}{(Secret is null ? "" : ", signed")}{(FailsWithServer ? ", fails with its server" : "")}";
}
