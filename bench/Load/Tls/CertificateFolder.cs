using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sluice.Load.Contenders;
using Sluice.Load.Driver;
using Sluice.Load.Processes;

namespace Sluice.Load.Tls;

/// <summary>A folder of P-256 certificates, and how a start with it goes.</summary>
internal sealed class CertificateFolder
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _path;
    private readonly int _count;

    private CertificateFolder(string path, int count)
    {
        _path = path;
        _count = count;
    }

    /// <summary>Makes the certificates, each with a key of its own, and all from one intermediate.</summary>
    public static CertificateFolder Create(Workspace workspace, int count)
    {
        string path = Directory.CreateDirectory(workspace.PathOf("certificates")).FullName;
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issuerRequest = new CertificateRequest("CN=Bench Intermediate", issuerKey, HashAlgorithmName.SHA256);
        issuerRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 issuer = issuerRequest.Create(
            new X500DistinguishedName("CN=Bench Root"), X509SignatureGenerator.CreateForECDsa(issuerKey), Day(-1), Day(30), [1]);
        string issuerPem = issuer.ExportCertificatePem();
        for (int i = 0; i < count; i++)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={HostOf(i)}", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(HostOf(i));
            names.AddDnsName($"www.{HostOf(i)}");
            request.CertificateExtensions.Add(names.Build());
            using X509Certificate2 leaf = request.Create(
                issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), Day(-1), Day(20), BitConverter.GetBytes(i + 2));
            File.WriteAllText(Path.Combine(path, $"{i}.pem"), leaf.ExportCertificatePem() + "\n" + issuerPem);
            File.WriteAllText(Path.Combine(path, $"{i}.key"), key.ExportPkcs8PrivateKeyPem());
        }

        return new CertificateFolder(path, count);
    }

    /// <summary>Starts a proxy with it, and waits for the first answer over TLS.</summary>
    /// <returns>The proxy, and the time from exec to that answer.</returns>
    /// <exception cref="BenchException">It isn't there in time.</exception>
    public (Contender Contender, TimeSpan Time) Start(SluiceProxy launcher, ContenderSetup setup)
    {
        int port = Workspace.FreePort();
        string file = setup.Workspace.Write($"sluice-{port}.yaml", $$"""
            listen: { address: "127.0.0.1:{{port}}", tls: { certificates: ["{{_path}}"] } }
            workers: {{setup.Workers}}
            access_log: off
            routes: [{ proxy: "http://127.0.0.1:{{setup.OriginPort}}" }]
            """);
        Contender contender = launcher.StartWith(file, port, setup.Cpu, isTls: true);
        while (!Answers(port, HostOf(_count - 1)))
        {
            contender.ThrowIfEnded();
            if (Stopwatch.GetElapsedTime(contender.ExecutedAt) > Limit)
            {
                throw new BenchException($"{contender.Name} did not answer within {Limit.TotalSeconds:0} s of its start");
            }
        }

        return (contender, Stopwatch.GetElapsedTime(contender.ExecutedAt));
    }

    private static bool Answers(int port, string host)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            using var stream = new SslStream(new NetworkStream(socket), false, (_, shown, _, _) => shown is X509Certificate2 own && own.MatchesHostname(host));
            stream.AuthenticateAsClient(host);
            stream.Write(RawRequest.Get(Origin.SmallPath, host));
            byte[] start = new byte[12];
            stream.ReadExactly(start);
            return start.AsSpan().SequenceEqual("HTTP/1.1 200"u8) ? true : throw new BenchException($"the first answer began with {Encoding.ASCII.GetString(start)}");
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            // Nobody listens yet.
            return false;
        }
    }

    private static string HostOf(int index) => $"site{index}.bench.example.com";

    private static DateTimeOffset Day(int shift) => DateTimeOffset.UtcNow.AddDays(shift);
}
