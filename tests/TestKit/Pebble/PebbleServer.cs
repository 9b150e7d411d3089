using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.TestKit.Tools;

namespace Sluice.TestKit.Pebble;

/// <summary>
/// Let's Encrypt's test server with its DNS, as processes with ports, authority and folder of their own. Every name has the address 127.0.0.1.
/// Disposing ends the processes. Needs the Debian package <c>pebble</c>.
/// </summary>
public sealed class PebbleServer : IAsyncDisposable
{
    private const int StartsMax = 3;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private readonly string _folder;
    private readonly List<Process> _processes = [];
    private readonly StringBuilder _output = new();
    private readonly HttpClient _http;
    private readonly int _apiPort;
    private readonly int _managementPort;
    private readonly int _dnsPort;
    private readonly int _dnsManagementPort;

    private PebbleServer(PebbleSetup setup)
    {
        _folder = Directory.CreateTempSubdirectory("sluice-pebble-").FullName;
        int[] ports = FindPorts(6);
        (_apiPort, _managementPort, _dnsPort, _dnsManagementPort) = (ports[0], ports[1], ports[2], ports[3]);
        int httpPort = setup.HttpPort > 0 ? setup.HttpPort : ports[4];
        int tlsPort = setup.TlsPort > 0 ? setup.TlsPort : ports[5];
        WriteCertificate();
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(CaFile);
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } });
        File.WriteAllText(ConfigFile, Config(setup, httpPort, tlsPort).ToJsonString());
        _processes.Add(StartDns());
        _processes.Add(StartPebble(setup));
    }

    /// <summary>The ACME directory.</summary>
    public Uri DirectoryUri => new($"https://127.0.0.1:{_apiPort}/dir");

    /// <summary>The authority of the directory's own certificate, in PEM.</summary>
    public string CaFile => Path.Combine(_folder, "ca.pem");

    /// <summary>Its name server, UDP and TCP.</summary>
    public IPEndPoint NameServer => new(IPAddress.Loopback, _dnsPort);

    /// <summary>What it and its name server wrote.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    private string ConfigFile => Path.Combine(_folder, "pebble.json");

    /// <summary>Starts one, and waits until it answers.</summary>
    public static async Task<PebbleServer> StartAsync(PebbleSetup? setup = null)
    {
        for (int starts = 1; ; starts++)
        {
            var server = new PebbleServer(setup ?? new PebbleSetup());
            try
            {
                await server.WaitUntilReadyAsync();
                return server;
            }
            catch (InvalidOperationException) when (starts < StartsMax)
            {
                // Somebody else took one of the ports between choosing and using it.
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>Adds a TXT record.</summary>
    /// <param name="name">Without a final dot.</param>
    /// <param name="value">Its text.</param>
    public Task SetTextAsync(string name, string value) => ManageDnsAsync("set-txt", new JsonObject { ["host"] = $"{name}.", ["value"] = value });

    /// <summary>Removes the TXT records of a name.</summary>
    public Task ClearTextAsync(string name) => ManageDnsAsync("clear-txt", new JsonObject { ["host"] = $"{name}." });

    /// <summary>A root that certificates lead to, by its number from 0.</summary>
    public async Task<X509Certificate2> GetRootAsync(int index = 0)
    {
        string pem = await _http.GetStringAsync(new Uri($"https://127.0.0.1:{_managementPort}/roots/{index}"));
        return X509Certificate2.CreateFromPem(pem);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            await process.WaitForExitAsync();
            process.Dispose();
        }

        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // Another process may take one afterwards: then the start is tried again.
    private static int[] FindPorts(int count)
    {
        var ports = new HashSet<int>();
        while (ports.Count < count)
        {
            ports.Add(FreePort.Find());
        }

        return [.. ports];
    }

    private JsonObject Config(PebbleSetup setup, int httpPort, int tlsPort)
    {
        var pebble = new JsonObject
        {
            ["listenAddress"] = $"127.0.0.1:{_apiPort}",
            ["managementListenAddress"] = $"127.0.0.1:{_managementPort}",
            ["certificate"] = Path.Combine(_folder, "server.pem"),
            ["privateKey"] = Path.Combine(_folder, "server.key"),
            ["httpPort"] = httpPort,
            ["tlsPort"] = tlsPort,
            ["ocspResponderURL"] = "",
            ["externalAccountBindingRequired"] = setup.ExternalAccounts.Count > 0,
        };
        if (setup.ExternalAccounts.Count > 0)
        {
            pebble["externalAccountMACKeys"] = new JsonObject(
                setup.ExternalAccounts.Select(account => KeyValuePair.Create(account.Key, (JsonNode?)account.Value)));
        }

        return new JsonObject { ["pebble"] = pebble };
    }

    private void WriteCertificate()
    {
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Authority of a test", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 authority = authorityRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=pebble", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(authority, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(CaFile, authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "server.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "server.key"), key.ExportECPrivateKeyPem());
    }

    private Process StartDns() => Start(
        "pebble-challtestsrv",
        [
            "-dns01", $"127.0.0.1:{_dnsPort}", "-management", $"127.0.0.1:{_dnsManagementPort}", "-http01", "", "-https01", "", "-tlsalpn01", "",
            "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "",
        ],
        []);

    private Process StartPebble(PebbleSetup setup)
    {
        var environment = new Dictionary<string, string>
        {
            ["PEBBLE_WFE_NONCEREJECT"] = Text(setup.NonceRejectPercent),
            ["PEBBLE_AUTHZREUSE"] = Text(setup.AuthorizationReusePercent),
            ["PEBBLE_CHAIN_LENGTH"] = Text(setup.ChainLength),
            ["PEBBLE_ALTERNATE_ROOTS"] = Text(setup.AlternateRoots),
        };
        if (setup.ValidationSleepSeconds > 0)
        {
            environment["PEBBLE_VA_SLEEPTIME"] = Text(setup.ValidationSleepSeconds);
        }
        else
        {
            environment["PEBBLE_VA_NOSLEEP"] = "1";
        }

        return Start("pebble", ["-config", ConfigFile, "-dnsserver", $"127.0.0.1:{_dnsPort}", "-strict"], environment);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Process Start(string program, IReadOnlyList<string> arguments, Dictionary<string, string> environment)
    {
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            info.Environment[name] = value;
        }

        Process process = Process.Start(info) ?? throw new InvalidOperationException($"{program} did not start");
        process.OutputDataReceived += (_, line) => Note(program, line.Data);
        process.ErrorDataReceived += (_, line) => Note(program, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Note(string program, string? line)
    {
        lock (_output)
        {
            _output.Append(CultureInfo.InvariantCulture, $"{program}: {line}\n");
        }
    }

    private async Task WaitUntilReadyAsync()
    {
        using var deadline = new CancellationTokenSource(StartTimeout);
        while (true)
        {
            if (_processes.Any(process => process.HasExited) || deadline.IsCancellationRequested)
            {
                throw new InvalidOperationException($"pebble did not start within {StartTimeout.TotalSeconds} s:\n{Output}");
            }

            if (await IsReadyAsync(deadline.Token))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            using HttpResponseMessage directory = await _http.GetAsync(DirectoryUri, ct);
            using HttpResponseMessage dns = await _http.GetAsync(new Uri($"http://127.0.0.1:{_dnsManagementPort}/"), ct);
            return directory.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ManageDnsAsync(string action, JsonObject content)
    {
        using var json = new StringContent(content.ToJsonString());
        using HttpResponseMessage response = await _http.PostAsync(new Uri($"http://127.0.0.1:{_dnsManagementPort}/{action}"), json);
        response.EnsureSuccessStatusCode();
    }
}
