using System.Net;

namespace Sluice.Proxy.Resolution;

/// <summary>What was found of one family of a name's addresses. Immutable.</summary>
/// <param name="Outcome">How the lookup ended.</param>
/// <param name="Addresses">The addresses; none unless found.</param>
/// <param name="TtlMs">How long they may be kept, in milliseconds, without the plan's bounds.</param>
/// <param name="Problem">Why there are none, in words.</param>
internal sealed record AddressAnswer(LookupOutcome Outcome, IReadOnlyList<IPAddress> Addresses, long TtlMs, string Problem);
