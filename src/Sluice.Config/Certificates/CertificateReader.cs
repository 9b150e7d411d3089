using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Security.Cryptography;
using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Certificates;

/// <summary>Reads certificates with their keys and checks that they can be served. May be used by several threads.</summary>
/// <remarks>
/// <list type="number">
/// <item>Read both files; the key may be in the file of the certificate.</item>
/// <item>The key has to be that of the first certificate, and strong.</item>
/// <item>Put the chain in order, and leave out the root.</item>
/// <item>Check purpose, signatures and validity.</item>
/// </list>
/// One reader is for one load: intermediates that several certificates share are held in memory once.
/// </remarks>
public sealed class CertificateReader
{
    internal const string Label = "CERTIFICATE";

    private const int RsaBitsMin = 2048;

    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _shared = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _now;

    /// <summary>Makes a reader.</summary>
    /// <param name="time">What time it is; null means that of the system.</param>
    public CertificateReader(TimeProvider? time = null)
    {
        _now = (time ?? TimeProvider.System).GetUtcNow();
    }

    /// <summary>Reads many, on all cores; the result has their order.</summary>
    public IReadOnlyList<CertificateReading> ReadAll(IReadOnlyList<CertificateFiles> files)
    {
        var readings = new CertificateReading[files.Count];
        Parallel.For(0, files.Count, index => readings[index] = Read(files[index]));
        return readings;
    }

    /// <summary>Reads one.</summary>
    public CertificateReading Read(CertificateFiles files)
    {
        var problems = new List<CertificateProblem>();
        try
        {
            return new CertificateReading(files, Read(files, problems), problems);
        }
        catch (CertificateFault fault)
        {
            return new CertificateReading(files, null, [.. problems.Where(problem => problem.IsError), fault.Problem]);
        }
    }

    /// <summary>
    /// Reads again what changed since a plan was made: files whose length or time of change is another. What can't be used stays as it was.
    /// Certificates that came to a folder are not found, nor is what became of authorities: those are for a reload.
    /// </summary>
    public static CertificateRefresh Refresh(ProxyPlan plan) => new PlanRefresh(new CertificateReader()).Run(plan);

    private CertificatePlan Read(CertificateFiles files, List<CertificateProblem> problems)
    {
        // 1. Files.
        PemFile file = Open(files.Certificate, isKey: false);
        PemFile keyFile = files.Key is null ? file : Open(files.Key, isKey: true);
        List<DerCertificate> certificates = ParseCertificates(file, files);
        DerKey key = ParseKey(keyFile, files);

        // 2. Key.
        CheckKey(certificates, key, files);

        // 3. Chain.
        List<DerCertificate> chain = CertificateChain.Order(certificates, files, problems);

        // 4. Everything else.
        DerCertificate leaf = chain[0];
        CheckUse(chain, files);
        CheckValidity(leaf, files, problems);
        return new CertificatePlan([leaf.Raw, .. chain.Skip(1).Select(Share)], key.Pkcs8, [.. leaf.Names.Distinct()])
        {
            NotBefore = leaf.NotBefore,
            NotAfter = leaf.NotAfter,
            Source = files.Certificate,
            CertificateFile = file.Stamp,
            KeyFile = files.Key is null ? null : keyFile.Stamp,
            OcspResponder = leaf.OcspResponder,
            AllowsIncompleteChain = files.AllowsIncompleteChain,
            IsRsa = leaf.Kind == KeyKind.Rsa,
        };
    }

    private static PemFile Open(string path, bool isKey)
    {
        try
        {
            return PemFile.Read(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CertificateFault(
                DiagnosticCodes.UnreadableCertificate, $"can't read `{path}`: {Yaml.SourceReader.ReasonOf(path, exception)}", isOfKey: isKey);
        }
    }

    private static List<DerCertificate> ParseCertificates(PemFile file, CertificateFiles files)
    {
        var certificates = new List<DerCertificate>();
        try
        {
            foreach (PemBlock block in file.Blocks.Where(block => block.Label is Label or "X509 CERTIFICATE"))
            {
                certificates.Add(DerCertificate.Parse(block.Content));
            }
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException or ArgumentException)
        {
            throw new CertificateFault(
                DiagnosticCodes.UnreadableCertificate, $"`{files.Certificate}` is damaged: its certificate {certificates.Count + 1} can't be read");
        }

        if (certificates.Count == 0)
        {
            bool hasKey = file.Blocks.Any(block => DerKey.IsKey(block.Label));
            throw new CertificateFault(
                DiagnosticCodes.UnreadableCertificate,
                $"`{files.Certificate}` has no certificate in PEM",
                hasKey ? "it has a key: are `cert` and `key` swapped?" : "one begins with `-----BEGIN CERTIFICATE-----`");
        }

        return certificates;
    }

    private static DerKey ParseKey(PemFile file, CertificateFiles files)
    {
        string path = files.Key ?? files.Certificate;
        bool isOfKey = files.Key is not null;
        PemBlock[] keys = [.. file.Blocks.Where(block => DerKey.IsKey(block.Label))];
        if (keys.Any(block => DerKey.IsEncrypted(block.Label)) || (keys.Length == 0 && file.HasEncrypted))
        {
            throw new CertificateFault(
                DiagnosticCodes.EncryptedKey, $"the key in `{path}` is encrypted", "store it without a passphrase: `openssl pkey -in KEY -out PLAIN`", isOfKey);
        }

        if (keys.Length == 0)
        {
            throw new CertificateFault(
                DiagnosticCodes.UnreadableCertificate, $"`{path}` has no key in PEM", isOfKey ? "one begins with `-----BEGIN PRIVATE KEY-----`" : "name its file: `key`", isOfKey);
        }

        try
        {
            return DerKey.Parse(keys[0]);
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException or ArgumentException)
        {
            throw new CertificateFault(DiagnosticCodes.UnreadableCertificate, $"the key in `{path}` is damaged", isOfKey: isOfKey);
        }
    }

    private static void CheckKey(List<DerCertificate> certificates, DerKey key, CertificateFiles files)
    {
        DerCertificate leaf = certificates[0];
        if (leaf.Kind == KeyKind.Other)
        {
            throw new CertificateFault(DiagnosticCodes.WeakCertificate, $"`{files.Certificate}` has a kind of key that can't be used", "RSA, P-256, P-384 or P-521");
        }

        if (key.Kind != leaf.Kind || !key.PublicKey.Span.SequenceEqual(leaf.PublicKey.Span))
        {
            int other = certificates.FindIndex(certificate => certificate.PublicKey.Span.SequenceEqual(key.PublicKey.Span));
            throw new CertificateFault(
                DiagnosticCodes.KeyMismatch,
                $"`{files.Key ?? files.Certificate}` is not the key of `{files.Certificate}`",
                other > 0 ? $"it is that of the certificate {other + 1} in the file: put that first" : null,
                files.Key is not null);
        }
    }

    private static void CheckUse(List<DerCertificate> chain, CertificateFiles files)
    {
        foreach (DerCertificate certificate in chain)
        {
            string which = ReferenceEquals(certificate, chain[0]) ? "" : "an intermediate of ";
            if (certificate is { Kind: KeyKind.Rsa, RsaBits: < RsaBitsMin })
            {
                throw new CertificateFault(
                    DiagnosticCodes.WeakCertificate, $"{which}`{files.Certificate}` has an RSA key of {certificate.RsaBits} bits", $"at least {RsaBitsMin}");
            }

            if (ObjectIds.WeakSignatures.Contains(certificate.Signature))
            {
                throw new CertificateFault(
                    DiagnosticCodes.WeakCertificate, $"{which}`{files.Certificate}` is signed with SHA-1 or something weaker", "have it issued anew, with SHA-256");
            }
        }

        string purpose = files.IsForUpstreams ? ObjectIds.ClientAuth : ObjectIds.ServerAuth;
        if (chain[0].Purposes is { Count: > 0 } purposes && !purposes.Contains(purpose) && !purposes.Contains(ObjectIds.AnyPurpose))
        {
            string whom = files.IsForUpstreams ? "clients: its key usage has no `clientAuth`" : "servers: its key usage has no `serverAuth`";
            throw new CertificateFault(DiagnosticCodes.WrongPurpose, $"`{files.Certificate}` is not for {whom}");
        }
    }

    private void CheckValidity(DerCertificate leaf, CertificateFiles files, List<CertificateProblem> problems)
    {
        if (leaf.NotAfter < _now)
        {
            problems.Add(new CertificateProblem(DiagnosticCodes.NotValidNow, $"`{files.Certificate}` ended on {leaf.NotAfter:yyyy-MM-dd}", "renew it"));
        }
        else if (leaf.NotBefore > _now)
        {
            problems.Add(new CertificateProblem(
                DiagnosticCodes.NotValidNow, $"`{files.Certificate}` begins on {leaf.NotBefore:yyyy-MM-dd}", "is this machine's clock right?"));
        }
    }

    private ReadOnlyMemory<byte> Share(DerCertificate certificate) =>
        _shared.GetOrAdd(Convert.ToBase64String(SHA256.HashData(certificate.Raw.Span)), _ => certificate.Raw);
}
