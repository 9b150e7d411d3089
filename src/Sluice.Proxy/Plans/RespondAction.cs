namespace Sluice.Proxy.Plans;

/// <summary>Answer with a fixed response, without any upstream.</summary>
/// <param name="Status">200 to 599; not 204 or 304 together with a body.</param>
/// <param name="Fields">Response fields; never a framing field, names and values already checked.</param>
/// <param name="Body">The content; may be empty.</param>
public sealed record RespondAction(int Status, PlanList<KeyValuePair<string, string>> Fields, PlanList<byte> Body) : RouteAction;
