using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Sluice.Config.Certificates;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Model.Automation;
using Sluice.Config.Model.Tls;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Loading;

/// <summary>Reads the certificates, keys and authorities that a configuration names into it.</summary>
internal sealed class TlsFiles
{
    private readonly DiagnosticBag _diagnostics;
    private readonly Action<string> _touched;
    private readonly CertificateReader _reader = new();

    private TlsFiles(DiagnosticBag diagnostics, Action<string> touched)
    {
        _diagnostics = diagnostics;
        _touched = touched;
    }

    /// <summary>The configuration with what is in its files.</summary>
    /// <param name="config">As it was written.</param>
    /// <param name="diagnostics">Gets what is wrong.</param>
    /// <param name="touched">Gets the full path of each file and folder that is looked at.</param>
    internal static SluiceConfig Read(SluiceConfig config, DiagnosticBag diagnostics, Action<string> touched)
    {
        var files = new TlsFiles(diagnostics, touched);
        foreach (IssuerConfig issuer in config.Certificates.Issuers)
        {
            // It is read again when it is needed; here only for what is wrong with it.
            files.Read(issuer.Ca, TrustReader.ReadAuthorities);
        }

        return config with
        {
            Listeners = [.. config.Listeners.Select(files.Read)],
            Upstreams = [.. config.Upstreams.Select(files.Read)],
        };
    }

    private ListenerConfig Read(ListenerConfig listener) => listener.Tls is not { } tls ? listener : listener with
    {
        Tls = tls with
        {
            Certificates = [.. tls.Certificates.Select(certificate => Read(certificate, isForUpstreams: false))],
            ClientCertificates = [.. tls.ClientCertificates.Select(policy => policy with { Trust = Read(policy.Trust) })],
            TicketKeys = [.. tls.TicketKeys.Select(key => key with { Plan = ReadTicketKey(key.File) })],
        },
    };

    private UpstreamConfig Read(UpstreamConfig upstream) => upstream.Tls is not { } tls ? upstream : upstream with
    {
        Tls = tls with
        {
            Trust = Read(tls.Trust),
            ClientCertificate = tls.ClientCertificate is { } certificate ? Read(certificate, isForUpstreams: true) : null,
        },
    };

    private CertificateConfig Read(CertificateConfig config, bool isForUpstreams)
    {
        FileUseConfig? folder = config.Folder ?? (config.Key is null && config.Cert is { } path && Directory.Exists(path.FullPath) ? path : null);
        if (config.Cert is null && folder is null)
        {
            return config;
        }

        IReadOnlyList<CertificateFiles> files = folder is null ? [new(config.Cert!.FullPath, config.Key?.FullPath)] : Find(folder);
        IReadOnlyList<CertificateReading> readings = _reader.ReadAll([.. files.Select(
            file => file with { IsForUpstreams = isForUpstreams, AllowsIncompleteChain = config.AllowsIncompleteChain })]);
        foreach (CertificateReading reading in readings)
        {
            Note(reading, config, folder);
        }

        return config with { Plans = [.. readings.Select(reading => reading.Plan).OfType<CertificatePlan>()] };
    }

    private void Note(CertificateReading reading, CertificateConfig config, FileUseConfig? folder)
    {
        _touched(reading.Files.Certificate);
        if (reading.Files.Key is { } key)
        {
            _touched(key);
        }

        foreach (CertificateProblem problem in reading.Problems)
        {
            FileUseConfig place = folder ?? (problem.IsOfKey ? config.Key : config.Cert)!;
            _diagnostics.Add(problem.Code, Shorten(problem.Message, config, folder), place.Location, problem.Hint);
        }
    }

    // Messages have absolute paths; an operator knows files by what stands in the configuration.
    private static string Shorten(string message, CertificateConfig config, FileUseConfig? folder)
    {
        foreach (FileUseConfig use in new[] { folder, config.Key, config.Cert }.OfType<FileUseConfig>())
        {
            message = message.Replace(use.FullPath, use.Path, StringComparison.Ordinal);
        }

        return message;
    }

    private IReadOnlyList<CertificateFiles> Find(FileUseConfig folder)
    {
        string path = Path.TrimEndingDirectorySeparator(folder.FullPath);
        _touched(path);
        try
        {
            IReadOnlyList<CertificateFiles> found = CertificateFolder.Find(path);
            if (found.Count == 0)
            {
                _diagnostics.Add(DiagnosticCodes.EmptyCertificateFolder, $"there is no certificate in `{folder.Path}`", folder.Location, "such as `site.pem` with `site.key`");
            }

            return found;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string reason = File.Exists(path) ? "it is a file" : exception is DirectoryNotFoundException ? "no such folder" : Yaml.SourceReader.ReasonOf("", exception);
            _diagnostics.Add(DiagnosticCodes.UnreadableCertificate, $"can't look into `{folder.Path}`: {reason}", folder.Location);
            return [];
        }
    }

    private TrustConfig Read(TrustConfig trust)
    {
        string? ca = Read(trust.Ca, TrustReader.ReadAuthorities);
        string? crl = Read(trust.Crl, TrustReader.ReadRevocationLists);
        return trust with { Plan = new TrustPlan(ca, crl, trust.Depth ?? new TrustPlan().Depth) };
    }

    private string? Read(FileUseConfig? file, Func<string, string> read)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            _touched(file.FullPath);
            return read(file.FullPath);
        }
        catch (CertificateFault fault)
        {
            CertificateProblem problem = fault.Problem;
            _diagnostics.Add(problem.Code, problem.Message.Replace(file.FullPath, file.Path, StringComparison.Ordinal), file.Location, problem.Hint);
            return null;
        }
    }

    private TicketKeyPlan? ReadTicketKey(FileUseConfig file)
    {
        string path = file.FullPath;
        _touched(path);
        try
        {
            // One byte more, to see whether there is more.
            var content = new byte[TicketKeyPlan.KeyBytes + 1];
            using SafeFileHandle handle = File.OpenHandle(path);
            int length = RandomAccess.Read(handle, content, 0);
            if (length == TicketKeyPlan.KeyBytes)
            {
                var key = new TicketKeyPlan(content[..TicketKeyPlan.KeyBytes]);
                CryptographicOperations.ZeroMemory(content);
                return key;
            }

            string size = length > TicketKeyPlan.KeyBytes ? $"more than {TicketKeyPlan.KeyBytes}" : $"{length}";
            _diagnostics.Add(
                DiagnosticCodes.InvalidTicketKey, $"`{file.Path}` has {size} bytes", file.Location, $"{TicketKeyPlan.KeyBytes} random ones: `openssl rand {TicketKeyPlan.KeyBytes}`");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            _diagnostics.Add(DiagnosticCodes.InvalidTicketKey, $"can't read `{file.Path}`: {Yaml.SourceReader.ReasonOf(path, exception)}", file.Location);
        }

        return null;
    }
}
