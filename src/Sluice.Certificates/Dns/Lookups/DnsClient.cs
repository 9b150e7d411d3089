using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sluice.Certificates.Dns.Messages;

namespace Sluice.Certificates.Dns.Lookups;

/// <summary>
/// Asks name servers, always over TCP, which all of them have to speak (RFC 7766, section 5): nothing is cut off, and nobody who only guesses
/// can answer in their place. One connection for each message. Any thread.
/// </summary>
/// <param name="time">The time of signatures.</param>
internal sealed class DnsClient(TimeProvider time)
{
    private static readonly TimeSpan ExchangeTimeMax = TimeSpan.FromSeconds(10);

    /// <summary>Asks for records.</summary>
    /// <param name="server">Whom.</param>
    /// <param name="name">Of which name.</param>
    /// <param name="type">Which ones.</param>
    /// <param name="key">Signs the request, and the response has to be signed, too; null without.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="CertificateException">No valid response came within 10 s. An error that the server answers isn't an exception.</exception>
    internal Task<DnsMessage> QueryAsync(IPEndPoint server, DnsName name, DnsType type, TsigKey? key, CancellationToken ct)
    {
        var query = new DnsMessage { Id = NewId(), IsRecursionDesired = true, Question = new DnsQuestion(name, type) };
        return ExchangeAsync(server, query, key, ct);
    }

    /// <summary>Changes a zone (RFC 2136).</summary>
    /// <exception cref="CertificateException">As for queries.</exception>
    internal Task<DnsMessage> UpdateAsync(IPEndPoint server, DnsName zone, DnsRecord change, TsigKey key, CancellationToken ct)
    {
        var update = new DnsMessage
        {
            Id = NewId(), Opcode = DnsOpcode.Update, Question = new DnsQuestion(zone, DnsType.Soa), Authorities = [change],
        };
        return ExchangeAsync(server, update, key, ct);
    }

    private static ushort NewId() => (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);

    private async Task<DnsMessage> ExchangeAsync(IPEndPoint server, DnsMessage request, TsigKey? key, CancellationToken ct)
    {
        byte[] code = [];
        byte[] bytes = DnsWriter.Write(request);
        byte[] signed = key is null ? bytes : Tsig.Sign(bytes, key, time.GetUtcNow(), out code);
        byte[] answer = await TransferAsync(server, signed, ct);

        DnsMessage? response = DnsReader.Read(answer, out string problem);
        if (response is null)
        {
            throw new CertificateException($"the name server {server} sent a message that can't be read: {problem}");
        }

        // Before the rest: what isn't authentic isn't worth a look.
        if (key is not null && Tsig.FindProblem(answer, response, key, code, time.GetUtcNow()) is { } tsigProblem)
        {
            throw new CertificateException($"the name server {server}: {tsigProblem}");
        }

        bool isOther = !response.IsResponse || response.Id != request.Id || response.Opcode != request.Opcode
            || (response.Question is { } question && question != request.Question);
        return isOther ? throw new CertificateException($"the name server {server} answered something that was not asked") : response;
    }

    private static async Task<byte[]> TransferAsync(IPEndPoint server, byte[] request, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(ExchangeTimeMax);
        try
        {
            using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server, deadline.Token);
            await using var stream = new NetworkStream(socket);

            // Each message over TCP has its length before it (RFC 1035, section 4.2.2).
            byte[] framed = new byte[2 + request.Length];
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)request.Length);
            request.CopyTo(framed, 2);
            await stream.WriteAsync(framed, deadline.Token);

            byte[] length = new byte[2];
            await stream.ReadExactlyAsync(length, deadline.Token);
            byte[] response = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(response, deadline.Token);
            return response;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            throw new CertificateException($"the name server {server} can't be asked: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw new CertificateException($"the name server {server} didn't answer within {ExchangeTimeMax.TotalSeconds:0} s", exception);
        }
    }
}
