using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sluice.Load.Contenders;

namespace Sluice.Load.Reload;

/// <summary>Downloads of one file, read at a steady rate such that each lasts as long as the reloads do.</summary>
internal sealed class SlowDownloads : IDisposable
{
    public const string Path = "/slow";

    private const int BytesPerSecondMin = 256 * 1024;

    /// <summary>Several times what the kernel's buffers hold: in a short run a smaller file would have left the proxy before the first reload.</summary>
    private const int FileBytesMin = 24 * 1024 * 1024;

    private const int TickMs = 50;

    /// <summary>Small, so that the rest of the file waits in the proxy or behind it.</summary>
    private const int ReceiveBufferBytes = 32 * 1024;

    private static readonly TimeSpan ReadMax = TimeSpan.FromSeconds(20);

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = ConnectAsync,
    });

    private readonly Uri _address;
    private readonly int _length;
    private readonly int _bytesPerSecond;
    private readonly byte[] _hash;
    private readonly FailureTally _failures;

    private SlowDownloads(Uri address, byte[] content, int bytesPerSecond, FailureTally failures)
    {
        _address = address;
        _length = content.Length;
        _bytesPerSecond = bytesPerSecond;
        _hash = SHA256.HashData(content);
        _failures = failures;
    }

    /// <param name="originFolder">Where the origin's files are.</param>
    /// <param name="seconds">How long a download takes.</param>
    public static SlowDownloads Prepare(Contender sluice, string originFolder, int seconds, FailureTally failures)
    {
        int bytesPerSecond = Math.Max(BytesPerSecondMin, FileBytesMin / seconds);
        byte[] content = Origin.Body(bytesPerSecond * seconds);
        File.WriteAllBytes(originFolder + Path, content);
        return new SlowDownloads(new Uri(sluice.Url(Path)), content, bytesPerSecond, failures);
    }

    /// <returns>How many arrived whole.</returns>
    public async Task<long> RunAsync(int count, CancellationToken stop)
    {
        bool[] whole = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => DownloadAsync(stop), stop)));
        return whole.Count(isWhole => isWhole);
    }

    public void Dispose() => _client.Dispose();

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = ReceiveBufferBytes };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<bool> DownloadAsync(CancellationToken stop)
    {
        bool hasBegun = false;
        long received = 0;
        try
        {
            using HttpResponseMessage response = await _client.GetAsync(_address, HttpCompletionOption.ResponseHeadersRead, stop).WaitAsync(ReadMax, stop);
            if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentLength != _length)
            {
                _failures.Add(FailureKind.DownloadRefused, $"{(int)response.StatusCode}, {response.Content.Headers.ContentLength} bytes");
                return false;
            }

            hasBegun = true;
            await using Stream content = await response.Content.ReadAsStreamAsync(stop);
            return Check(await HashAsync(content, count => received += count, stop), received);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            _failures.Add(hasBegun ? FailureKind.DownloadTruncated : FailureKind.DownloadRefused, $"after {received} of {_length} bytes: {failure.Message}");
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            _failures.Add(FailureKind.DownloadTimeout, $"after {received} of {_length} bytes");
        }

        return false;
    }

    private bool Check(byte[] hash, long received)
    {
        if (received != _length)
        {
            _failures.Add(FailureKind.DownloadTruncated, $"{received} of {_length} bytes");
            return false;
        }

        if (!hash.AsSpan().SequenceEqual(_hash))
        {
            _failures.Add(FailureKind.DownloadMismatch, "another hash");
            return false;
        }

        return true;
    }

    /// <summary>Reads what is due at each tick, by the clock: a machine that stalls does not make the download longer.</summary>
    private async Task<byte[]> HashAsync(Stream content, Action<int> count, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(TickMs));
        byte[] buffer = new byte[_bytesPerSecond / (1000 / TickMs)];
        long start = Stopwatch.GetTimestamp();
        double received = 0;
        while (await ticks.WaitForNextTickAsync(stop))
        {
            while (received < Stopwatch.GetElapsedTime(start).TotalSeconds * _bytesPerSecond)
            {
                limit.CancelAfter(ReadMax);
                int read = await content.ReadAsync(buffer, limit.Token);
                if (read == 0)
                {
                    return hash.GetHashAndReset();
                }

                hash.AppendData(buffer, 0, read);
                received += read;
                count(read);
            }
        }

        return hash.GetHashAndReset();
    }
}
