using System.Text.Json;

namespace Sluice.Certificates.Acme;

/// <summary>An order for a certificate (RFC 8555, section 7.1.3).</summary>
/// <param name="Uri">Its URL.</param>
/// <param name="Status"><c>pending</c>, <c>ready</c>, <c>processing</c>, <c>valid</c> or <c>invalid</c>.</param>
/// <param name="Authorizations">The URLs of what must be proved first.</param>
/// <param name="Finalize">Where the request for the certificate goes.</param>
/// <param name="Certificate">Where the certificate is, once the order is valid.</param>
/// <param name="Error">Why it is invalid.</param>
internal sealed record AcmeOrder(
    Uri Uri, string Status, IReadOnlyList<Uri> Authorizations, Uri Finalize, Uri? Certificate, JsonElement? Error)
{
    private const int AuthorizationsMax = 16;

    /// <summary>Reads one.</summary>
    /// <exception cref="AcmeException">It lacks what every order has.</exception>
    public static AcmeOrder Read(AcmeAnswer answer, Uri uri)
    {
        JsonElement json = answer.ReadObject();
        List<Uri> authorizations = [];
        foreach (JsonElement element in json.Elements("authorizations").Take(AuthorizationsMax))
        {
            if (element.ValueKind == JsonValueKind.String && Uri.TryCreate(element.GetString(), UriKind.Absolute, out Uri? authorization))
            {
                authorizations.Add(authorization);
            }
        }

        Uri finalize = json.Address("finalize") ?? throw new AcmeException($"{uri.Authority}: the order has no finalize URL.");
        return new AcmeOrder(uri, json.Text("status") ?? "", authorizations, finalize, json.Address("certificate"), json.Member("error"));
    }
}
