using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Sluice.TestKit.Time;

namespace Sluice.TestKit.Dns;

/// <summary>A name server on the loopback address that says whatever a test has it say, right or wrong, over UDP and TCP. Any thread.</summary>
public sealed class NameServer : IAsyncDisposable
{
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _questions = new();
    private readonly Task _running;
    private volatile Func<DnsScript, DnsScript?> _answer;

    private NameServer(Func<DnsScript, DnsScript?> answer)
    {
        _answer = answer;
        _udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _tcp.Bind(_udp.LocalEndPoint!);
        _tcp.Listen();
        _running = Task.WhenAll(RunUdpAsync(), RunTcpAsync());
    }

    /// <summary>Where it answers.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_udp.LocalEndPoint!;

    /// <summary>What was asked, such as <c>A app.test</c>; over TCP with <c>tcp </c> before it.</summary>
    public IReadOnlyList<string> Questions => [.. _questions];

    /// <summary>Starts one.</summary>
    /// <param name="answer">Makes an answer out of an empty one to each question; null says nothing.</param>
    public static NameServer Start(Func<DnsScript, DnsScript?> answer)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                return new NameServer(answer);
            }
            catch (SocketException) when (tries < 20)
            {
                // The port was taken for TCP.
            }
        }
    }

    /// <summary>Has it say something else from now on.</summary>
    public void Say(Func<DnsScript, DnsScript?> answer) => _answer = answer;

    /// <summary>Waits until a question was asked that many times.</summary>
    public async Task ExpectQuestionsAsync(string question, int count)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (_questions.Count(asked => asked == question) < count)
        {
            await ticks.WaitForNextTickAsync(deadline.Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _udp.Dispose();
        _tcp.Dispose();
        _stop.Dispose();
    }

    private byte[]? Answer(ReadOnlySpan<byte> message, bool isTcp)
    {
        DnsScript script = DnsScript.To(message, isTcp);
        _questions.Enqueue((isTcp ? "tcp " : "") + script.Question);
        return _answer(script)?.Write();
    }

    private async Task RunUdpAsync()
    {
        byte[] buffer = new byte[4_096];
        try
        {
            while (true)
            {
                SocketReceiveFromResult received = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                if (Answer(buffer.AsSpan(0, received.ReceivedBytes), isTcp: false) is { } answer)
                {
                    await _udp.SendToAsync(answer, received.RemoteEndPoint, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task RunTcpAsync()
    {
        try
        {
            while (true)
            {
                using Socket client = await _tcp.AcceptAsync(_stop.Token);
                await AnswerTcpAsync(client);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task AnswerTcpAsync(Socket client)
    {
        await using var stream = new NetworkStream(client);
        byte[] length = new byte[2];
        try
        {
            await stream.ReadExactlyAsync(length, _stop.Token);
            byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(message, _stop.Token);
            if (Answer(message, isTcp: true) is { } answer)
            {
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                await stream.WriteAsync((byte[])[.. length, .. answer], _stop.Token);
            }
        }
        catch (IOException)
        {
            // Who asked has gone, such as one that was kept waiting for too long; the next one is answered.
        }
    }
}
