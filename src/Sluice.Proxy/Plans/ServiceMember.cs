namespace Sluice.Proxy.Plans;

/// <summary>What an SRV record says (RFC 2782).</summary>
/// <param name="Priority">Servers of a higher one get requests only when those of the lower ones can't take them; 0 to 65,535.</param>
/// <param name="Weight">Its share of the requests relative to those of the same priority, 0 to 65,535.</param>
/// <param name="Host">The name of the host.</param>
/// <param name="Port">1 to 65,535.</param>
public sealed record ServiceMember(int Priority, int Weight, string Host, int Port);
