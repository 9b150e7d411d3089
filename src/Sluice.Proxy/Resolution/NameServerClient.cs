using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sluice.Proxy.Resolution.Messages;

namespace Sluice.Proxy.Resolution;

/// <summary>Asks one name server one question: over UDP, and over TCP when the answer doesn't fit a datagram (RFC 1035, section 4.2; RFC 7766). Any thread.</summary>
/// <remarks>
/// The number of a question is random, and so is the port that it comes from, which the kernel chooses. A datagram that doesn't match the question is passed
/// over, so that a forger has to guess both within the time.
/// </remarks>
internal static class NameServerClient
{
    // Without EDNS (RFC 6891) a datagram has at most 512 bytes; more than that does no harm.
    private const int DatagramBytesMax = 4_096;

    /// <summary>Asks.</summary>
    /// <returns>The answer, or null with the reason in words.</returns>
    /// <exception cref="OperationCanceledException">By the token.</exception>
    internal static async Task<(DnsAnswer? Answer, string Problem)> AskAsync(IPEndPoint server, DnsQuestion question, int timeoutMs, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(timeoutMs);
        try
        {
            DnsAnswer answer = await AskByUdpAsync(server, question, deadline.Token).ConfigureAwait(false);
            if (!answer.IsTruncated)
            {
                return (answer, "");
            }

            DnsAnswer? whole = await AskByTcpAsync(server, question, deadline.Token).ConfigureAwait(false);
            return whole is { IsTruncated: false } ? (whole, "") : (null, $"{server} sends no right answer over TCP");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, $"{server} doesn't answer within {timeoutMs} ms");
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return (null, $"{server} can't be asked: {exception.Message}");
        }
    }

    private static async Task<DnsAnswer> AskByUdpAsync(IPEndPoint server, DnsQuestion question, CancellationToken cancel)
    {
        ushort id = NewId();
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

        // Connected: the kernel passes on what this server sends and nothing else.
        await socket.ConnectAsync(server, cancel).ConfigureAwait(false);
        await socket.SendAsync(question.Write(id), cancel).ConfigureAwait(false);
        byte[] datagram = new byte[DatagramBytesMax];
        while (true)
        {
            int length = await socket.ReceiveAsync(datagram, cancel).ConfigureAwait(false);
            if (DnsAnswerReader.Read(datagram.AsSpan(0, length), question, id) is { } answer)
            {
                return answer;
            }
        }
    }

    private static async Task<DnsAnswer?> AskByTcpAsync(IPEndPoint server, DnsQuestion question, CancellationToken cancel)
    {
        ushort id = NewId();
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancel).ConfigureAwait(false);
        await using var stream = new NetworkStream(socket);
        byte[] message = question.Write(id);
        byte[] framed = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancel).ConfigureAwait(false);

        byte[] length = new byte[2];
        await stream.ReadExactlyAsync(length, cancel).ConfigureAwait(false);
        byte[] answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, cancel).ConfigureAwait(false);
        return DnsAnswerReader.Read(answer, question, id);
    }

    private static ushort NewId() => (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
}
