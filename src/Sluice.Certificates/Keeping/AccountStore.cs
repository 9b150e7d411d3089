using System.Text;
using System.Text.Json;
using Sluice.Certificates.Acme;
using Sluice.Certificates.Storage;

namespace Sluice.Certificates.Keeping;

/// <summary>The account at one issuer, in a storage. The key is written before it is registered: a machine that stops between finds the account again.</summary>
// accounts/ISSUER/account.key   PEM
// accounts/ISSUER/account.json  its URL and what it was registered with
internal sealed class AccountStore(ICertificateStorage storage, string issuerFolder)
{
    private readonly string _folder = $"accounts/{issuerFolder}";

    /// <summary>What the lock of the account is called.</summary>
    public string LockName => $"account-{issuerFolder}";

    /// <summary>The key; null when there is none.</summary>
    public async Task<AcmeAccountKey?> FindKeyAsync(CancellationToken ct)
    {
        byte[]? pem = await storage.ReadAsync($"{_folder}/account.key", ct);
        return pem is null ? null : AcmeAccountKey.Import(Encoding.ASCII.GetString(pem));
    }

    /// <summary>Stores a key that is about to be registered.</summary>
    public Task SaveKeyAsync(AcmeAccountKey key, CancellationToken ct) =>
        storage.WriteAsync($"{_folder}/account.key", Encoding.ASCII.GetBytes(key.Export()), ct);

    /// <summary>What is known of the account; null when it isn't registered.</summary>
    public async Task<AccountRecord?> FindRecordAsync(CancellationToken ct)
    {
        byte[]? content = await storage.ReadAsync($"{_folder}/account.json", ct);
        try
        {
            JsonElement json = content is null ? default : JsonText.Parse(content);
            return json.Address("url") is { } uri ? new AccountRecord(uri, json.Text("email"), json.Text("external_account")) : null;
        }
        catch (JsonException)
        {
            // Registering the same key again finds the account.
            return null;
        }
    }

    /// <summary>Stores what is known of a registered account.</summary>
    public Task SaveRecordAsync(AccountRecord record, CancellationToken ct) => storage.WriteAsync(
        $"{_folder}/account.json",
        JsonText.Object(
            json =>
            {
                json.WriteString("url", record.Uri.AbsoluteUri);
                json.WriteString("email", record.Email);
                json.WriteString("external_account", record.ExternalKeyId);
            },
            indented: true),
        ct);
}
