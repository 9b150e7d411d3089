using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Sluice.Load.Processes;

namespace Sluice.Load.Contenders;

/// <summary>A running server: one of the proxies under test, or the origin behind them.</summary>
internal sealed class Contender : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);

    private readonly ChildProcess _process;

    /// <param name="isTls">Whether it speaks TLS with clients.</param>
    /// <param name="isHttp2">Whether it speaks HTTP/2 with clients; without TLS nothing else.</param>
    public Contender(string name, int port, ChildProcess process, bool isTls = false, bool isHttp2 = false)
    {
        IsTls = isTls;
        IsHttp2 = isHttp2;
        Name = name;
        Port = port;
        _process = process;
    }

    public string Name { get; }

    public int Port { get; }

    public int ProcessId => _process.Id;

    /// <summary>Stopwatch timestamp just before its program was executed.</summary>
    public long ExecutedAt => _process.ExecutedAt;

    /// <summary>Told each line that the server writes to standard error, on a thread of the runtime.</summary>
    public Action<string>? OnErrorLine
    {
        get => _process.OnErrorLine;
        set => _process.OnErrorLine = value;
    }

    public bool IsTls { get; }

    public bool IsHttp2 { get; }

    public string Url(string path) => $"{(IsTls ? "https" : "http")}://127.0.0.1:{Port}{path}";

    /// <summary>A request in the version that it speaks, and no other.</summary>
    public HttpRequestMessage NewRequest(HttpMethod method, string path) => new(method, Url(path))
    {
        Version = IsHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <summary>A client that takes the bench's own certificates.</summary>
    public static HttpClient NewClient(TimeSpan timeout) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null },
    })
    {
        Timeout = timeout,
    };

    /// <summary>Waits until the server answers a request with 200.</summary>
    /// <exception cref="BenchException">It ended or did not answer in time; the message holds what it wrote to standard error.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken stop)
    {
        using HttpClient client = NewClient(TimeSpan.FromSeconds(2));
        DateTime deadline = DateTime.UtcNow + StartLimit;
        while (!await AnswersAsync(client, stop))
        {
            ThrowIfEnded();
            if (DateTime.UtcNow > deadline)
            {
                throw new BenchException($"{Name} does not answer on port {Port}: {_process.ErrorText}");
            }

            await Task.Delay(20, stop);
        }
    }

    /// <exception cref="BenchException">The server is gone: a crash under load is a result worth more than its numbers.</exception>
    public void ThrowIfEnded()
    {
        if (_process.HasExited)
        {
            throw new BenchException($"{Name} ended with exit code {_process.ExitCode}: {_process.ErrorText}");
        }
    }

    public void Dispose() => _process.Dispose();

    private async Task<bool> AnswersAsync(HttpClient client, CancellationToken stop)
    {
        try
        {
            using HttpRequestMessage request = NewRequest(HttpMethod.Get, Origin.SmallPath);
            using HttpResponseMessage response = await client.SendAsync(request, stop);
            return response.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or SocketException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
