using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Time;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.RealPeers;

/// <summary>nghttpd as an origin that speaks HTTP/2 and nothing else: files, and what was sent to it. One for all tests of the class.</summary>
public sealed class NghttpdOrigin : IAsyncLifetime
{
    /// <summary>The size of <c>/large.bin</c>.</summary>
    internal const int LargeBytes = 8 << 20;

    private readonly List<Process> _processes = [];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sluice-nghttpd");

    /// <summary>Who issued its certificate.</summary>
    internal TestAuthority Authority { get; } = new();

    /// <summary>It in clear text.</summary>
    internal ServerPlan Plan { get; private set; } = null!;

    /// <summary>It over TLS.</summary>
    internal ServerPlan TlsPlan { get; private set; } = null!;

    /// <summary>One that takes no more than two requests at a time on a connection.</summary>
    internal ServerPlan NarrowPlan { get; private set; } = null!;

    /// <summary>A file that the large one must equal.</summary>
    internal string LargeFile => Path.Combine(_directory.FullName, "large.bin");

    /// <summary>A directory for what the tests write.</summary>
    internal string Scratch => _directory.FullName;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        byte[] large = new byte[LargeBytes];
        new Random(1).NextBytes(large);
        await File.WriteAllBytesAsync(LargeFile, large);
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "hello"), "hello from nghttpd\n");
        (string certificate, string key) = Authority.Issue(KestrelOrigin.Name).Save(_directory.FullName, "origin");
        Plan = await StartAsync(isTls: false, "--no-tls");
        NarrowPlan = await StartAsync(isTls: false, "--no-tls", "--max-concurrent-streams=2");
        TlsPlan = await StartAsync(isTls: true, key, certificate);
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

    private async Task<ServerPlan> StartAsync(bool isTls, params string[] arguments)
    {
        int port = FreePort.Find();
        string[] options = [.. arguments.Where(argument => argument.StartsWith('-'))];
        string[] files = [.. arguments.Where(argument => !argument.StartsWith('-'))];
        Process process = Tool.Start(
            "nghttpd",
            ["--address=127.0.0.1", "--htdocs=" + _directory.FullName, "--echo-upload", "--trailer=x-trailer: from nghttpd", .. options, $"{port}", .. files]);
        _processes.Add(process);
        await WaitUntilItListensAsync(process, port);
        return new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = port, IsHttps = isTls });
    }

    private static async Task WaitUntilItListensAsync(Process process, int port)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), deadline.Token);
                return;
            }
            catch (SocketException) when (!process.HasExited)
            {
                await ticks.WaitForNextTickAsync(deadline.Token);
            }
        }
    }
}
