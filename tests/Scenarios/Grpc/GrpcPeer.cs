using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Sluice.Proxy.Plans;
using Sluice.Scenarios.RealPeers;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Grpc;

/// <summary>
/// The library of gRPC that most languages share, as a server and as a client: <c>peer.py</c> beside this file. One server in clear text and one over TLS
/// for all tests of a class; a client is a process of its own.
/// </summary>
public sealed class GrpcPeer : IAsyncLifetime
{
    // Debian's own, for which python3-grpcio is; there may be others on the path.
    private const string Python = "/usr/bin/python3";

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Grpc", "peer.py");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sluice-grpc");
    private readonly List<Process> _processes = [];
    private readonly ConcurrentDictionary<Dialect, Channel<string>> _lines = [];

    /// <summary>Who issued the server's certificate.</summary>
    internal TestAuthority Authority { get; } = new();

    /// <summary>Its servers as those of a plan.</summary>
    internal Dictionary<Dialect, ServerPlan> Plans { get; } = [];

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        (string certificate, string key) = Authority.Issue(KestrelOrigin.Name).Save(_directory.FullName, "origin");
        await Task.WhenAll(ServeAsync(Dialect.Http2), ServeAsync(Dialect.Http2OverTls, key, certificate));
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (Process process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Authority.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>Runs a scenario of the client's.</summary>
    /// <returns>What it saw.</returns>
    internal static async Task<GrpcSight> CallAsync(PeerStage stage, string scenario)
    {
        string[] roots = stage.Url("/").Scheme == Uri.UriSchemeHttps ? [stage.AuthorityFile] : [];
        ToolResult result = await Tool.RunAsync(Python, [Script, "call", stage.Authority, scenario, .. roots]);
        return result.ExitCode == 0
            ? new GrpcSight(JsonDocument.Parse(result.Output).RootElement)
            : throw new InvalidOperationException($"The client ended with {result.ExitCode}: {result.Error}");
    }

    /// <summary>The next thing that a server has to say.</summary>
    internal async Task<string> NextLineAsync(Dialect dialect)
    {
        using var deadline = new CancellationTokenSource(Patience.PerTest);
        return await _lines[dialect].Reader.ReadAsync(deadline.Token);
    }

    private async Task ServeAsync(Dialect dialect, params string[] files)
    {
        var info = new ProcessStartInfo(Tool.Find(Python), [Script, "serve", .. files]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        Process process = Process.Start(info)!;
        lock (_processes)
        {
            _processes.Add(process);
        }

        Channel<string> lines = Channel.CreateUnbounded<string>();
        _lines[dialect] = lines;
        process.OutputDataReceived += (_, line) => lines.Writer.TryWrite(line.Data ?? "gone");
        process.BeginOutputReadLine();
        string first = await NextLineAsync(dialect);
        if (!first.StartsWith("port ", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("The server did not start. It needs python3-grpcio: run .ci/run, which installs it.");
        }

        var address = new ServerAddress
        {
            Host = "127.0.0.1", Port = int.Parse(first["port ".Length..], CultureInfo.InvariantCulture), IsHttps = dialect == Dialect.Http2OverTls,
        };
        lock (_processes)
        {
            Plans[dialect] = new ServerPlan(address);
        }
    }
}
