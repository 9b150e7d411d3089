namespace Sluice.Proxy.Plans.Checks;

/// <summary>How it is found out whether a server is up.</summary>
public enum CheckKind
{
    /// <summary>It answers a request as expected.</summary>
    Http,

    /// <summary>It takes connections, and says what is expected.</summary>
    Tcp,

    /// <summary>Its service <c>grpc.health.v1.Health</c> says that it is serving.</summary>
    Grpc,
}
