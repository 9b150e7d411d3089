using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Health.Checks;

/// <summary>Looks at a server once, over a connection of its own. One at a time, on one loop.</summary>
/// <param name="target">The server as it is spoken to for checks.</param>
internal abstract class Probe(ProbeTarget target)
{
    /// <summary>Who is looked at.</summary>
    protected ProbeTarget Target { get; } = target;

    /// <summary>Looks. Ends early when the exchange is cancelled, and never throws for what the server does.</summary>
    public abstract ValueTask<CheckResult> RunAsync(Exchange exchange);

    /// <summary>Lets go of what a check has left behind that did not end as it should.</summary>
    public abstract void Abandon();

    /// <summary>What is said of an exchange that failed, by the names of its reasons.</summary>
    protected CheckResult FailureOf(Exchange exchange)
    {
        string name = ProxyErrors.Get(exchange.Error).Name;
        return CheckResult.Failed(Target.Server.Trouble is { } trouble ? $"{name}: {trouble}" : name);
    }
}
