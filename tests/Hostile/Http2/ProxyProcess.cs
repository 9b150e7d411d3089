using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Tools;

namespace Sluice.Hostile.Http2;

/// <summary>The built program as a process of its own, so that the memory it takes is its own alone.</summary>
internal sealed partial class ProxyProcess : IDisposable
{
    // A machine that builds at the same time can be slow to start a process.
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly ScratchFolder _folder;
    private readonly Process _process;

    private ProxyProcess(ScratchFolder folder, Process process, IPEndPoint endPoint)
    {
        _folder = folder;
        _process = process;
        EndPoint = endPoint;
    }

    /// <summary>Where it listens, for HTTP/1 and for HTTP/2 with prior knowledge.</summary>
    internal IPEndPoint EndPoint { get; }

    /// <summary>Resident memory now, in bytes.</summary>
    internal long ResidentBytes => ReadStatus("VmRSS");

    /// <summary>The most resident memory so far, in bytes.</summary>
    internal long ResidentBytesPeak => ReadStatus("VmHWM");

    /// <summary>Starts it in front of a server.</summary>
    internal static async Task<ProxyProcess> StartAsync(ServerPlan server)
    {
        var folder = new ScratchFolder();

        // What other programs do to its loop is no overload that these tests are about, nor may it end what stands still before all of it does.
        string configuration = folder.Write("sluice.yaml", $"""
            overload: {"{"} max_delay: 60s {"}"}
            limits: {"{"} min_data_rate: 0 {"}"}
            listen:
              - {"{"} address: "127.0.0.1:0", http2: prior_knowledge {"}"}
            routes:
              - proxy: http://{server.Address.Host}:{server.Address.Port}
            """);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "sluice"), ["run", "--config", configuration])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SLUICE_SOCKET"] = folder.At("control.sock");
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        using var deadline = new CancellationTokenSource(StartMax);
        IPEndPoint? endPoint = null;
        while (await process.StandardError.ReadLineAsync(deadline.Token) is { } line)
        {
            endPoint = Address().Match(line) is { Success: true } found && endPoint is null ? IPEndPoint.Parse(found.Groups[1].Value) : endPoint;
            if (endPoint is not null && line.Contains("serving", StringComparison.Ordinal))
            {
                _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
                return new ProxyProcess(folder, process, endPoint);
            }
        }

        throw new InvalidOperationException($"It ended with {process.ExitCode} instead of listening.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private long ReadStatus(string name)
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status").Single(text => text.StartsWith(name + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("https?://([^ ,]+)")]
    private static partial Regex Address();
}
