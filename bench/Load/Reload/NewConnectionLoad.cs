using System.Net.Sockets;
using System.Text;
using Sluice.Load.Contenders;
using Sluice.Load.Driver;

namespace Sluice.Load.Reload;

/// <summary>Requests on a new connection each, in a few loops, every response compared with the origin's content.</summary>
internal static class NewConnectionLoad
{
    private const int ResponseBytesMax = 4096;
    private static readonly TimeSpan RequestMax = TimeSpan.FromSeconds(20);
    private static readonly byte[] Request = RawRequest.GetOnce(Origin.SmallPath);
    private static readonly byte[] Content = Origin.Body(Origin.SmallBytes);
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    /// <summary>Goes on until it is told to end, and finishes the requests in progress then.</summary>
    /// <param name="pause">Between two requests of a loop.</param>
    /// <returns>How many requests were answered as they should be.</returns>
    public static async Task<long> RunAsync(int port, int loops, TimeSpan pause, FailureTally failures, CancellationToken end)
    {
        long[] answered = await Task.WhenAll(Enumerable.Range(0, loops).Select(_ => Task.Run(() => LoopAsync(port, pause, failures, end), CancellationToken.None)));
        return answered.Sum();
    }

    private static async Task<long> LoopAsync(int port, TimeSpan pause, FailureTally failures, CancellationToken end)
    {
        long answered = 0;
        byte[] buffer = new byte[ResponseBytesMax];
        while (!end.IsCancellationRequested)
        {
            answered += await RequestAsync(port, buffer, failures) ? 1 : 0;
            await Task.Delay(pause, CancellationToken.None);
        }

        return answered;
    }

    private static async Task<bool> RequestAsync(int port, byte[] buffer, FailureTally failures)
    {
        using var limit = new CancellationTokenSource(RequestMax);
        bool isConnected = false;
        try
        {
            using Socket socket = await RawRequest.ConnectAsync(port, null, limit.Token);
            isConnected = true;
            await socket.SendAsync(Request, limit.Token);
            int received = 0;
            int count;
            while ((count = await socket.ReceiveAsync(buffer.AsMemory(received), limit.Token)) > 0)
            {
                received += count;
            }

            return Check(buffer.AsSpan(0, received), failures);
        }
        catch (SocketException failure)
        {
            failures.Add(isConnected ? FailureKind.NewBroken : FailureKind.NewConnect, failure.SocketErrorCode.ToString());
        }
        catch (OperationCanceledException)
        {
            failures.Add(FailureKind.NewTimeout, isConnected ? "no end of the response" : "not connected");
        }

        return false;
    }

    private static bool Check(ReadOnlySpan<byte> response, FailureTally failures)
    {
        int head = response.IndexOf(HeadEnd);
        if (head < 0)
        {
            failures.Add(FailureKind.NewBroken, $"the connection ended after {response.Length} bytes");
            return false;
        }

        if (!response.StartsWith("HTTP/1.1 200"u8))
        {
            failures.Add(FailureKind.NewStatus, Encoding.ASCII.GetString(response[..response.IndexOf((byte)'\r')]));
            return false;
        }

        ReadOnlySpan<byte> content = response[(head + HeadEnd.Length)..];
        if (content.SequenceEqual(Content))
        {
            return true;
        }

        bool isShort = content.Length < Content.Length;
        failures.Add(isShort ? FailureKind.NewBroken : FailureKind.NewMismatch, $"{content.Length} bytes of {Content.Length}");
        return false;
    }
}
