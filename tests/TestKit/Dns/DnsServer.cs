using System.Diagnostics;
using System.Net;
using Sluice.TestKit.Tools;

namespace Sluice.TestKit.Dns;

/// <summary>
/// BIND on the loopback address, with zones of its own: <c>example.test</c> and <c>other.test</c> that keys may update, and <c>locked.test</c>
/// that nobody may. Names in <c>example.test</c>: <c>alias</c> is an alias of <c>target.other.test</c>, <c>loop</c> of itself.
/// </summary>
public sealed class DnsServer : IAsyncDisposable
{
    /// <summary>The secret of all its keys, in base64.</summary>
    public const string Secret = "dGhlIHNlY3JldCBvZiBhbGwga2V5cyBvZiB0aGUgdGVzdHM=";

    private const int StartsMax = 5;
    private static readonly TimeSpan StartTimeMax = TimeSpan.FromSeconds(60);
    private static readonly string[] Algorithms = ["hmac-sha256", "hmac-sha384", "hmac-sha512", "hmac-sha1"];

    private readonly ScratchFolder _folder;
    private readonly Process _process;
    private readonly Task _log;

    private DnsServer(ScratchFolder folder, Process process, int port)
    {
        _folder = folder;
        _process = process;
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);

        // It must never wait for somebody to read what it says.
        _log = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Where it answers, over UDP and TCP.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The name of its key for an algorithm, such as <c>hmac-sha256</c>.</summary>
    public static string KeyFor(string algorithm) => $"{algorithm}.key.test";

    /// <summary>Starts it, and waits until it answers.</summary>
    public static async Task<DnsServer> StartAsync()
    {
        string problem = "";
        for (int tried = 0; tried < StartsMax; tried++)
        {
            var folder = new ScratchFolder();
            int port = FreePort.Find();
            WriteFiles(folder, port);
            var start = new ProcessStartInfo("named", ["-4", "-g", "-n", "1", "-c", folder.At("named.conf")]) { RedirectStandardError = true };
            Process process = Process.Start(start)!;
            problem = await WaitUntilRunningAsync(process);
            if (problem.Length == 0)
            {
                return new DnsServer(folder, process, port);
            }

            // Somebody else took the port in between.
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            folder.Dispose();
        }

        throw new InvalidOperationException($"named doesn't start: {problem}");
    }

    /// <summary>The TXT records of a name, as dig shows them, in order.</summary>
    public async Task<IReadOnlyList<string>> FindTextsAsync(string name)
    {
        ToolRun dig = await ToolRun.RunAsync("dig", "@127.0.0.1", "-p", $"{EndPoint.Port}", "+short", "+norecurse", "TXT", name);
        return [.. dig.Succeed().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim('"')).Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _log;
        _process.Dispose();
        _folder.Dispose();
    }

    private static async Task<string> WaitUntilRunningAsync(Process process)
    {
        using var deadline = new CancellationTokenSource(StartTimeMax);
        string last = "it ended at once";
        while (await process.StandardError.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.EndsWith(" running", StringComparison.Ordinal))
            {
                return "";
            }

            last = line;
            if (line.Contains("could not listen", StringComparison.Ordinal) || line.Contains("creating TCP socket", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return last;
    }

    private static void WriteFiles(ScratchFolder folder, int port)
    {
        string keys = string.Join('\n', Algorithms.Select(algorithm => $$"""key "{{KeyFor(algorithm)}}" { algorithm {{algorithm}}; secret "{{Secret}}"; };"""));
        string allowed = string.Concat(Algorithms.Select(algorithm => $"key \"{KeyFor(algorithm)}\"; "));
        folder.Write("named.conf", $$"""
            {{keys}}
            options {
              directory "{{folder.Path}}"; pid-file none; session-keyfile none; recursion no; dnssec-validation no;
              listen-on port {{port}} { 127.0.0.1; };
            };
            controls { };
            zone "example.test" { type primary; file "example.test"; allow-update { {{allowed}}}; };
            zone "other.test" { type primary; file "other.test"; allow-update { {{allowed}}}; };
            zone "locked.test" { type primary; file "locked.test"; };
            """);
        const string Start = "$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n";
        folder.Write("example.test", Start + "_acme-challenge.alias CNAME target.other.test.\n_acme-challenge.loop CNAME _acme-challenge.loop\n");
        folder.Write("other.test", Start);
        folder.Write("locked.test", Start);
    }
}
