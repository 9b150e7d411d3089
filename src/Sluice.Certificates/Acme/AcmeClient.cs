using System.Buffers.Text;
using System.Text.Json;

namespace Sluice.Certificates.Acme;

/// <summary>
/// What an issuer can be asked for, one method per request (RFC 8555). It keeps no state but the directory, and never waits. Any thread.
/// Every method throws <see cref="AcmeException"/> when the issuer refuses, answers wrongly or doesn't answer.
/// </summary>
internal sealed class AcmeClient(AcmeTransport transport, AcmeDirectory directory)
{
    /// <summary>What the issuer offers.</summary>
    public AcmeDirectory Directory => directory;

    /// <summary>Reads a directory.</summary>
    public static async Task<AcmeClient> OpenAsync(AcmeTransport transport, Uri directoryUri, CancellationToken ct)
    {
        AcmeAnswer answer = await transport.GetAsync(directoryUri, ct);
        AcmeDirectory directory = AcmeDirectory.Read(answer.ReadObject(), directoryUri);
        transport.NewNonceUri = directory.NewNonce;
        return new AcmeClient(transport, directory);
    }

    /// <summary>Registers a key, or finds the account that it has (section 7.3). The terms of service are agreed to.</summary>
    public async Task<AcmeAccount> RegisterAsync(AcmeAccountKey key, string? email, ExternalAccount? external, CancellationToken ct)
    {
        if (directory.NeedsExternalAccount && external is null)
        {
            throw new AcmeException($"{directory.NewAccount.Host} needs an external account (eab: key_id and hmac_key).")
            {
                Type = "externalAccountRequired",
            };
        }

        byte[] payload = JsonText.Object(json =>
        {
            json.WriteBoolean("termsOfServiceAgreed", true);
            WriteContact(json, email);
            if (external is not null)
            {
                json.WritePropertyName("externalAccountBinding");
                json.WriteRawValue(JsonWebSignature.Bind(key, external, directory.NewAccount));
            }
        });
        AcmeAnswer answer = await transport.PostAsync(key, null, directory.NewAccount, payload, AcmeTransport.Json, ct);
        return new AcmeAccount(key, answer.Location ?? throw new AcmeException($"{directory.NewAccount.Host}: the new account has no URL."));
    }

    /// <summary>Says whom the issuer may write to (section 7.3.2).</summary>
    public async Task UpdateContactAsync(AcmeAccount account, string? email, CancellationToken ct) =>
        await PostAsync(account, account.Uri, JsonText.Object(json => WriteContact(json, email)), ct);

    /// <summary>Orders a certificate (section 7.4).</summary>
    /// <param name="account">Who orders.</param>
    /// <param name="identifier">For what.</param>
    /// <param name="profile">The profile, or null for the issuer's default.</param>
    /// <param name="replaces">The certificate that it is to replace (RFC 9773, section 5), or null.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<AcmeOrder> OrderAsync(
        AcmeAccount account, AcmeIdentifier identifier, string? profile, RenewalCertificateId? replaces, CancellationToken ct)
    {
        byte[] payload = JsonText.Object(json =>
        {
            json.WriteStartArray("identifiers");
            json.WriteStartObject();
            json.WriteString("type", identifier.Type);
            json.WriteString("value", identifier.Value);
            json.WriteEndObject();
            json.WriteEndArray();
            if (profile is not null)
            {
                json.WriteString("profile", profile);
            }

            if (replaces is not null)
            {
                json.WriteString("replaces", replaces.Text);
            }
        });
        AcmeAnswer answer = await PostAsync(account, directory.NewOrder, payload, ct);
        return AcmeOrder.Read(answer, answer.Location ?? throw new AcmeException($"{directory.NewOrder.Host}: the new order has no URL."));
    }

    /// <summary>An order as it is now.</summary>
    public async Task<(AcmeOrder Order, TimeSpan? RetryAfter)> GetOrderAsync(AcmeAccount account, Uri uri, CancellationToken ct)
    {
        AcmeAnswer answer = await PostAsync(account, uri, default, ct);
        return (AcmeOrder.Read(answer, uri), answer.RetryAfter);
    }

    /// <summary>An authorization as it is now (section 7.5).</summary>
    public async Task<(AcmeAuthorization Authorization, TimeSpan? RetryAfter)> GetAuthorizationAsync(
        AcmeAccount account, Uri uri, CancellationToken ct)
    {
        AcmeAnswer answer = await PostAsync(account, uri, default, ct);
        return (AcmeAuthorization.Read(answer), answer.RetryAfter);
    }

    /// <summary>Says that a challenge is ready to be looked at (section 7.5.1).</summary>
    public async Task BeginValidationAsync(AcmeAccount account, AcmeChallenge challenge, CancellationToken ct) =>
        await PostAsync(account, challenge.Uri, "{}"u8.ToArray(), ct);

    /// <summary>Gives up an authorization that nobody will go on with (section 7.5.2): issuers limit how many are open.</summary>
    public async Task DeactivateAsync(AcmeAccount account, Uri authorization, CancellationToken ct) =>
        await PostAsync(account, authorization, JsonText.Object(json => json.WriteString("status", "deactivated")), ct);

    /// <summary>Asks for the certificate of a ready order (section 7.4).</summary>
    public async Task<(AcmeOrder Order, TimeSpan? RetryAfter)> FinalizeAsync(
        AcmeAccount account, AcmeOrder order, byte[] signingRequest, CancellationToken ct)
    {
        byte[] payload = JsonText.Object(json => json.WriteString("csr", Base64Url.EncodeToString(signingRequest)));
        AcmeAnswer answer = await PostAsync(account, order.Finalize, payload, ct);
        return (AcmeOrder.Read(answer, order.Uri), answer.RetryAfter);
    }

    /// <summary>Downloads a chain in PEM, and says where others are (section 7.4.2).</summary>
    public Task<AcmeAnswer> DownloadAsync(AcmeAccount account, Uri uri, CancellationToken ct) =>
        transport.PostAsync(account.Key, account.Uri, uri, default, AcmeTransport.Chain, ct);

    /// <summary>When a certificate should be renewed (RFC 9773, section 4). Asked without a signature.</summary>
    public async Task<RenewalWindow> GetRenewalWindowAsync(RenewalCertificateId certificate, CancellationToken ct)
    {
        Uri resource = directory.RenewalInfo ?? throw new InvalidOperationException("the issuer has no renewal information");
        var uri = new Uri($"{resource.AbsoluteUri.TrimEnd('/')}/{certificate.Text}");
        AcmeAnswer answer = await transport.GetAsync(uri, ct);
        return RenewalWindow.Read(answer);
    }

    private static void WriteContact(Utf8JsonWriter json, string? email)
    {
        json.WriteStartArray("contact");
        if (email is not null)
        {
            json.WriteStringValue($"mailto:{email}");
        }

        json.WriteEndArray();
    }

    private Task<AcmeAnswer> PostAsync(AcmeAccount account, Uri uri, ReadOnlyMemory<byte> payload, CancellationToken ct) =>
        transport.PostAsync(account.Key, account.Uri, uri, payload, AcmeTransport.Json, ct);
}
