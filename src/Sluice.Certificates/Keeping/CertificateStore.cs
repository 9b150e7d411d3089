using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sluice.Certificates.Acme;
using Sluice.Certificates.Storage;

namespace Sluice.Certificates.Keeping;

/// <summary>
/// Certificates in a storage. A key stands under a name made of its public half, and is written first: whatever moment a
/// machine stops at, the certificate that is there has its key. Any thread.
/// </summary>
// certificates/ISSUER/NAME/certificate.pem          the certificate, then its chain
// certificates/ISSUER/NAME/key-0123456789abcdef.pem its key
// certificates/ISSUER/NAME/details.json             see CertificateDetails
internal sealed class CertificateStore(ICertificateStorage storage)
{
    private const string Root = "certificates";

    /// <summary>The folder of an issuer: its host, and what of the directory's path makes a difference.</summary>
    public static string FolderOf(Uri directoryUri)
    {
        string host = directoryUri.IsDefaultPort ? directoryUri.IdnHost : $"{directoryUri.IdnHost}-{directoryUri.Port}";
        string path = directoryUri.AbsolutePath.Trim('/');
        return StorageKeys.SegmentOf(path is "" or "directory" or "dir" ? host : $"{host}-{path.Replace('/', '-')}");
    }

    /// <summary>The issuers of which something is stored.</summary>
    public async Task<IReadOnlyList<string>> ListIssuerFoldersAsync(CancellationToken ct)
    {
        IReadOnlyList<string> keys = await storage.ListAsync(Root, ct);
        return [.. keys.Select(key => key.Split('/')[1]).Distinct()];
    }

    /// <summary>A text that changes when any of these issuers' certificates for a name does.</summary>
    public async Task<string> FindVersionAsync(IReadOnlyList<string> issuerFolders, string name, CancellationToken ct)
    {
        var versions = new StringBuilder();
        foreach (string folder in issuerFolders)
        {
            versions.Append(await storage.FindVersionAsync(CertificateKeyOf(folder, name), ct)).Append(' ');
        }

        return versions.ToString();
    }

    /// <summary>The certificate for a name that these issuers issued last; null when there is none.</summary>
    /// <exception cref="CertificateException">There is one that can't be read, and none that can.</exception>
    public async Task<StoredCertificate?> FindNewestAsync(IReadOnlyList<string> issuerFolders, string name, CancellationToken ct)
    {
        StoredCertificate? newest = null;
        CertificateException? failure = null;
        foreach (string folder in issuerFolders)
        {
            try
            {
                StoredCertificate? found = await ReadAsync(folder, name, ct);
                newest = found is not null && (newest is null || found.Held.NotBefore > newest.Held.NotBefore) ? found : newest;
            }
            catch (CertificateException exception)
            {
                failure = exception;
            }
        }

        return newest is null && failure is not null ? throw failure : newest;
    }

    /// <summary>Stores a certificate, in place of an older one.</summary>
    public async Task SaveAsync(string name, StoredCertificate certificate, CancellationToken ct)
    {
        string folder = FolderOf(certificate.Held.IssuerFolder, name);
        using X509Certificate2 leaf = X509Certificate2.CreateFromPem(certificate.Pair.CertificatePem);
        string key = $"{folder}/{KeyFileOf(leaf)}";
        await storage.WriteAsync(key, Encoding.ASCII.GetBytes(certificate.Pair.KeyPem), ct);
        await storage.WriteAsync($"{folder}/certificate.pem", Encoding.ASCII.GetBytes(certificate.Pair.CertificatePem), ct);
        await SaveDetailsAsync(name, certificate.Held, certificate.Details, ct);
        foreach (string old in await storage.ListAsync(folder, ct))
        {
            if (old != key && old.StartsWith($"{folder}/key-", StringComparison.Ordinal))
            {
                await storage.DeleteAsync(old, ct);
            }
        }
    }

    /// <summary>Stores what is noted beside a certificate.</summary>
    public Task SaveDetailsAsync(string name, HeldCertificate held, CertificateDetails details, CancellationToken ct) =>
        storage.WriteAsync(
            $"{FolderOf(held.IssuerFolder, name)}/details.json", details.Write(new CertificateSummary(name, held.NotBefore, held.NotAfter)), ct);

    /// <summary>What is known of a pair, as it is kept in memory.</summary>
    public static HeldCertificate Describe(X509Certificate2 leaf, string issuerFolder, string issuerName) => new(
        issuerFolder, issuerName, leaf.SerialNumber, RenewalCertificateId.Of(leaf), leaf.NotBefore.ToUniversalTime(), leaf.NotAfter.ToUniversalTime());

    private static string FolderOf(string issuerFolder, string name) => $"{Root}/{issuerFolder}/{StorageKeys.SegmentOf(name)}";

    private static string CertificateKeyOf(string issuerFolder, string name) => $"{FolderOf(issuerFolder, name)}/certificate.pem";

    private static string KeyFileOf(X509Certificate2 leaf) =>
        $"key-{Convert.ToHexStringLower(SHA256.HashData(leaf.PublicKey.ExportSubjectPublicKeyInfo()))[..16]}.pem";

    private async Task<StoredCertificate?> ReadAsync(string issuerFolder, string name, CancellationToken ct)
    {
        // Another machine may replace the certificate, and remove the old key, between the two reads: then the second try sees the new one.
        for (int tries = 1; ; tries++)
        {
            byte[]? chain = await storage.ReadAsync(CertificateKeyOf(issuerFolder, name), ct);
            if (chain is null)
            {
                return null;
            }

            string folder = FolderOf(issuerFolder, name);
            string chainPem = Encoding.ASCII.GetString(chain);
            using X509Certificate2 leaf = ReadLeaf(chainPem, folder);
            byte[]? key = await storage.ReadAsync($"{folder}/{KeyFileOf(leaf)}", ct);
            if (key is not null)
            {
                byte[]? details = await storage.ReadAsync($"{folder}/details.json", ct);
                return Assemble(leaf, chainPem, Encoding.ASCII.GetString(key), issuerFolder, CertificateDetails.Read(details, leaf.SerialNumber));
            }

            if (tries == 2)
            {
                throw new CertificateException($"{folder}/certificate.pem is stored without its key {KeyFileOf(leaf)}.");
            }
        }
    }

    private static X509Certificate2 ReadLeaf(string chainPem, string folder)
    {
        try
        {
            return X509Certificate2.CreateFromPem(chainPem);
        }
        catch (CryptographicException exception)
        {
            throw new CertificateException($"{folder}/certificate.pem is no certificate in PEM: {exception.Message}", exception);
        }
    }

    private static StoredCertificate Assemble(
        X509Certificate2 leaf, string chainPem, string keyPem, string issuerFolder, CertificateDetails? details)
    {
        try
        {
            using X509Certificate2 both = X509Certificate2.CreateFromPem(chainPem, keyPem);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CertificateException($"{issuerFolder}: the stored key is not the one of the certificate for {leaf.SerialNumber}.");
        }

        details ??= new CertificateDetails(issuerFolder, leaf.SerialNumber, leaf.NotBefore.ToUniversalTime(), null, default);
        HeldCertificate held = Describe(leaf, issuerFolder, details.IssuerName);
        return new StoredCertificate(
            held, new CertificatePair(CertificateChain.ReadNames(leaf), chainPem, keyPem, held.NotBefore, held.NotAfter), details);
    }
}
