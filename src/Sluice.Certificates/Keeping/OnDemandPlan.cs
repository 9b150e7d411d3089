namespace Sluice.Certificates.Keeping;

/// <summary>Certificates for names that become known in handshakes only.</summary>
/// <param name="AskUri">Who decides: <c>GET AskUri?domain=NAME</c> answers 200 for a name that may have one; anything else refuses.</param>
/// <param name="RateMax">How many may be ordered, over all names, at least 1.</param>
/// <param name="RateWindow">Within which time.</param>
public sealed record OnDemandPlan(Uri AskUri, int RateMax, TimeSpan RateWindow);
