using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Load.Faults;

/// <summary>Connections that each ask again as soon as they are answered, for as long as they are let, and remember how long each answer took and when.</summary>
internal sealed class SteadyClient
{
    private static readonly byte[] Request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: bench\r\n\r\n");

    private readonly IPEndPoint _proxy;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<(double AtSeconds, double Ms, bool IsGood)>[] _answers;

    /// <param name="connections">How many.</param>
    public SteadyClient(int port, int connections)
    {
        _proxy = new IPEndPoint(IPAddress.Loopback, port);
        _answers = [.. Enumerable.Range(0, connections).Select(_ => new List<(double, double, bool)>(100_000))];
    }

    /// <summary>Seconds since it began.</summary>
    public double NowSeconds => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Asks until it is told to stop; each connection ends with its last answer.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(_answers.Select(answers => Task.Run(() => AskAsync(answers, stop), CancellationToken.None)));

    /// <summary>The answers whose questions were asked within a time; to be called when all have ended.</summary>
    public FaultFigures Between(string name, double from, double to)
    {
        double[] good = [.. Within().Where(answer => answer.IsGood).Select(answer => answer.Ms).Order()];
        return new FaultFigures(name, good.Length, Within().Count(answer => !answer.IsGood), At(0.5), At(0.99), good.Length == 0 ? 0 : good[^1]);

        IEnumerable<(double AtSeconds, double Ms, bool IsGood)> Within() =>
            _answers.SelectMany(answers => answers).Where(answer => answer.AtSeconds >= from && answer.AtSeconds < to);

        double At(double share) => good.Length == 0 ? 0 : good[(int)(good.Length * share)];
    }

    private async Task AskAsync(List<(double, double, bool)> answers, CancellationToken stop)
    {
        byte[] buffer = new byte[4096];
        Socket? socket = null;
        while (!stop.IsCancellationRequested)
        {
            double at = NowSeconds;
            long begin = Stopwatch.GetTimestamp();
            bool isGood = false;
            try
            {
                socket ??= await ConnectAsync();
                await socket.SendAsync(Request);
                isGood = await IsAnsweredAsync(socket, buffer);
            }
            catch (SocketException)
            {
                // Counted as failed, as any other end without a whole 200.
            }

            answers.Add((at, Stopwatch.GetElapsedTime(begin).TotalMilliseconds, isGood));
            if (!isGood)
            {
                socket?.Dispose();
                socket = null;
            }
        }

        socket?.Dispose();
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_proxy);
        return socket;
    }

    private static async Task<bool> IsAnsweredAsync(Socket socket, byte[] buffer)
    {
        int received = 0;
        while (true)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(received));
            received += count;
            int head = buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8);
            if (head >= 0 && received >= head + 4 + Contenders.Origin.SmallBytes)
            {
                return buffer.AsSpan(0, received).StartsWith("HTTP/1.1 200 "u8) && received == head + 4 + Contenders.Origin.SmallBytes;
            }

            if (count == 0 || received == buffer.Length || (head >= 0 && !buffer.AsSpan(0, received).StartsWith("HTTP/1.1 200 "u8)))
            {
                return false;
            }
        }
    }
}
