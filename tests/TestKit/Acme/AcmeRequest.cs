using System.Text.Json;

namespace Sluice.TestKit.Acme;

/// <summary>A request that a scripted issuer got.</summary>
/// <param name="Resource">What of it was asked: <c>directory</c>, <c>newNonce</c>, <c>newAccount</c>, <c>newOrder</c>, <c>authz</c>,
/// <c>challenge</c>, <c>order</c>, <c>finalize</c>, <c>cert</c> or <c>renewalInfo</c>.</param>
/// <param name="Id">Which one; empty for what there is one of.</param>
/// <param name="At">When, by the test's time.</param>
/// <param name="Payload">What was signed; undefined for what isn't signed and for POST-as-GET.</param>
/// <param name="AccountUri">Who signed; null for what is signed with a key only.</param>
public sealed record AcmeRequest(string Resource, string Id, DateTimeOffset At, JsonElement Payload, string? AccountUri);
