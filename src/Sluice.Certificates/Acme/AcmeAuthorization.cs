using System.Text.Json;

namespace Sluice.Certificates.Acme;

/// <summary>Whether control of one identifier is proved, and how it can be (RFC 8555, section 7.1.4).</summary>
/// <param name="Uri">Its URL.</param>
/// <param name="Identifier">What is to be proved; a wildcard's without <c>*.</c>.</param>
/// <param name="Status"><c>pending</c>, <c>valid</c>, <c>invalid</c>, <c>deactivated</c>, <c>expired</c> or <c>revoked</c>.</param>
/// <param name="Challenges">What is offered.</param>
/// <param name="Error">The problem of the challenge that failed.</param>
internal sealed record AcmeAuthorization(
    Uri Uri, AcmeIdentifier Identifier, string Status, IReadOnlyList<AcmeChallenge> Challenges, JsonElement? Error)
{
    private const int ChallengesMax = 16;

    /// <summary>Reads one. Challenges that can't be understood are left out.</summary>
    public static AcmeAuthorization Read(AcmeAnswer answer)
    {
        JsonElement json = answer.ReadObject();
        var challenges = new List<AcmeChallenge>();
        JsonElement? error = null;
        foreach (JsonElement element in json.Elements("challenges").Take(ChallengesMax))
        {
            error ??= element.Member("error");
            if (element.Text("type") is { } type && element.Address("url") is { } uri && element.Text("token") is { } token && NoncePool.IsNonce(token))
            {
                challenges.Add(new AcmeChallenge(type, uri, token));
            }
        }

        return new AcmeAuthorization(
            answer.Uri, AcmeIdentifier.Read(json.Member("identifier")), json.Text("status") ?? "", challenges, error);
    }
}
