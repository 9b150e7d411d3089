using System.Text.Json;

namespace Sluice.Certificates.Acme;

/// <summary>What an issuer offers, and where (RFC 8555, section 7.1.1).</summary>
/// <param name="NewNonce">Nonces.</param>
/// <param name="NewAccount">Accounts.</param>
/// <param name="NewOrder">Orders.</param>
/// <param name="RenewalInfo">Renewal information (RFC 9773, section 4); null when it isn't offered.</param>
/// <param name="NeedsExternalAccount">Whether accounts must be bound to one that the issuer knows (section 7.3.4).</param>
/// <param name="Profiles">The names of certificate profiles; empty when there is no choice.</param>
internal sealed record AcmeDirectory(
    Uri NewNonce, Uri NewAccount, Uri NewOrder, Uri? RenewalInfo, bool NeedsExternalAccount, IReadOnlyList<string> Profiles)
{
    private const int ProfilesMax = 64;

    /// <summary>Reads one.</summary>
    /// <param name="json">The document.</param>
    /// <param name="source">Where it came from: where that is HTTPS, every URL in it must be.</param>
    /// <exception cref="AcmeException">It lacks what every issuer has, or leads away from HTTPS.</exception>
    public static AcmeDirectory Read(JsonElement json, Uri source)
    {
        JsonElement meta = json.Member("meta") ?? default;
        JsonElement profiles = meta.Member("profiles") ?? default;
        return new AcmeDirectory(
            Require("newNonce"),
            Require("newAccount"),
            Require("newOrder"),
            json.Member("renewalInfo") is null ? null : Require("renewalInfo"),
            meta.Member("externalAccountRequired") is { ValueKind: JsonValueKind.True },
            profiles.ValueKind == JsonValueKind.Object ? [.. profiles.EnumerateObject().Take(ProfilesMax).Select(profile => profile.Name)] : []);

        Uri Require(string name)
        {
            Uri uri = json.Address(name) ?? throw new AcmeException($"{source}: this is no ACME directory: it has no {name}.");
            return uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == source.Scheme
                ? uri
                : throw new AcmeException($"{source}: {name} leads away from HTTPS.");
        }
    }
}
