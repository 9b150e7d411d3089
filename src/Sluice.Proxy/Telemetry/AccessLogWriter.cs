using System.Diagnostics;
using Sluice.Http.Addresses;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Representations;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Compression;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Grpc;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Retries;
using Sluice.Proxy.Workers;
using Sluice.Reactor;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Telemetry;

/// <summary>One worker's end of the access log: writes a JSON line per request into blocks, and hands these over when full or 100 ms old.</summary>
internal sealed class AccessLogWriter : ITimerTarget
{
    /// <summary>The longest line: twelve texts of 512 bytes, of which each may become six, and below 2 KiB of everything else.</summary>
    public const int LineBytesMax = 39 * 1024;

    private const int FlushMs = 100;
    private const int TextBytesMax = 512;

    private readonly Worker _worker;
    private readonly AccessLogSink _sink;
    private readonly LoopTimer _timer;
    private AccessLogBlock? _block;

    public AccessLogWriter(Worker worker, AccessLogSink sink)
    {
        _worker = worker;
        _sink = sink;
        _timer = worker.Loop.Timers.Create(this);
    }

    /// <summary>Writes the line of a request that has ended.</summary>
    public void Write(Exchange exchange)
    {
        if (_block is null)
        {
            _block = _sink.TryRent();
            if (_block is null)
            {
                _sink.CountDropped();
                return;
            }

            _timer.Set(FlushMs);
        }

        var line = new JsonLine(_block.Bytes.AsSpan(_block.Length));
        WriteRequest(ref line, exchange);
        WriteOutcome(ref line, exchange);
        line.Raw("}\n"u8);
        Debug.Assert(line.Length <= LineBytesMax, "The parts of a line are bounded.");
        _block.Length += line.Length;
        if (AccessLogBlock.BytesMax - _block.Length < LineBytesMax)
        {
            Flush();
        }
    }

    /// <summary>Hands over what is written.</summary>
    public void Flush()
    {
        _timer.Stop();
        if (_block is { } block)
        {
            _block = null;
            _sink.Submit(block);
        }
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer) => Flush();

    private void WriteRequest(ref JsonLine line, Exchange exchange)
    {
        RequestHead request = exchange.Request;
        line.Raw("{\"time\":\""u8);
        line.Raw(_worker.Clock.LogTime);
        line.Raw("."u8);
        line.Digits(_worker.Clock.LogTimeMs);
        line.Raw("Z\",\"request_id\":"u8);
        line.Number(exchange.Id);
        WriteAddress(ref line, ",\"client\":\""u8, exchange.ClientAddress);
        if (exchange.PeerAddress != exchange.ClientAddress)
        {
            WriteAddress(ref line, ",\"peer\":\""u8, exchange.PeerAddress);
        }

        WriteText(ref line, ",\"listener\":\""u8, exchange.Listener.NameUtf8);
        WriteText(ref line, ",\"method\":\""u8, request.MethodText);
        WriteText(ref line, ",\"host\":\""u8, request.Authority);
        WriteText(ref line, ",\"path\":\""u8, request.Path);
        if (!request.MethodText.IsEmpty)
        {
            line.Raw(request.IsHttp2 ? ",\"protocol\":\"HTTP/2\""u8 : request.MinorVersion == 1 ? ",\"protocol\":\"HTTP/1.1\""u8 : ",\"protocol\":\"HTTP/1.0\""u8);
        }

        if (exchange.ClientTls is { } tls)
        {
            WriteTls(ref line, tls);
        }

        if (request.Fields.TryGet(KnownField.UserAgent, out ReadOnlySpan<byte> agent))
        {
            WriteText(ref line, ",\"user_agent\":\""u8, agent);
        }
    }

    private static void WriteTls(ref JsonLine line, ClientTls tls)
    {
        WriteText(ref line, ",\"tls_version\":\""u8, tls.Version);
        WriteText(ref line, ",\"tls_cipher\":\""u8, tls.Cipher);
        WriteText(ref line, ",\"sni\":\""u8, tls.Choice.ServerNameUtf8);
        if (tls.Certificate is { } certificate)
        {
            WriteText(ref line, ",\"client_certificate\":\""u8, certificate.Fingerprint);
        }
    }

    private void WriteOutcome(ref JsonLine line, Exchange exchange)
    {
        WriteText(ref line, ",\"route\":\""u8, exchange.Route is null ? default : exchange.Route.NameUtf8);
        line.Raw(",\"status\":"u8);
        line.Number(exchange.Status);
        WriteText(ref line, ",\"cache\":\""u8, CacheOutcomeNames.Of(exchange.CacheOutcome));
        if (exchange.Grpc.Status != GrpcCall.NoStatus)
        {
            line.Raw(",\"grpc_status\":"u8);
            line.Number(exchange.Grpc.Status);
        }

        line.Raw(",\"bytes_in\":"u8);
        line.Number(exchange.BytesIn);
        line.Raw(",\"bytes_out\":"u8);
        line.Number(exchange.BytesOut);
        if (exchange.Compression is { Change: not ResponseChange.None } compression)
        {
            WriteCompression(ref line, compression);
        }

        line.Raw(",\"duration_ms\":"u8);
        line.Milliseconds(LoopClock.MicrosecondsBetween(exchange.StartTimestamp, Stopwatch.GetTimestamp()));
        if (exchange.Target.IsSet && !exchange.Target.Path.SequenceEqual(exchange.Request.Path))
        {
            WriteText(ref line, ",\"upstream_path\":\""u8, exchange.Target.Path);
        }

        WriteText(ref line, ",\"path_report\":\""u8, PathTraitNames.Of(exchange.ReportedPath));
        if (exchange.UpstreamState is { } upstream)
        {
            WriteUpstream(ref line, exchange, upstream.NameUtf8);
        }

        if (exchange.HasFailed)
        {
            WriteText(ref line, ",\"error\":\""u8, ErrorNames.Of(exchange.Error));
            if (exchange.Violation != Violation.None)
            {
                WriteText(ref line, ",\"detail\":\""u8, ErrorNames.Of(exchange.Violation));
            }
        }
    }

    private static void WriteCompression(ref JsonLine line, ResponseCompression compression)
    {
        WriteText(ref line, compression.Change == ResponseChange.Compress ? ",\"compressed\":\""u8 : ",\"decompressed\":\""u8, ContentCodings.NameOf(compression.Coding));
        line.Raw(",\"content_bytes_in\":"u8);
        line.Number(compression.BytesIn);
        line.Raw(",\"content_bytes_out\":"u8);
        line.Number(compression.BytesOut);
    }

    private static void WriteUpstream(ref JsonLine line, Exchange exchange, ReadOnlySpan<byte> upstream)
    {
        WriteText(ref line, ",\"upstream\":\""u8, upstream);
        if (exchange.Retry.FirstUpstream is { } first)
        {
            WriteText(ref line, ",\"first_upstream\":\""u8, first.NameUtf8);
        }

        if (exchange.Server is not { } server)
        {
            return;
        }

        WriteText(ref line, ",\"server\":\""u8, server.NameUtf8);
        line.Raw(",\"attempts\":"u8);
        line.Number(exchange.Attempts);
        if (exchange.Retry.Hedge is { Outcome: not HedgeOutcome.None } hedge)
        {
            line.Raw(hedge.Outcome == HedgeOutcome.Won ? ",\"hedge\":\"won\""u8 : ",\"hedge\":\"lost\""u8);
        }

        if (exchange.ConnectedTimestamp != 0)
        {
            line.Raw(",\"connect_ms\":"u8);
            line.Milliseconds(LoopClock.MicrosecondsBetween(exchange.StartTimestamp, exchange.ConnectedTimestamp));
        }

        if (exchange.FirstByteTimestamp != 0)
        {
            line.Raw(",\"first_byte_ms\":"u8);
            line.Milliseconds(LoopClock.MicrosecondsBetween(exchange.StartTimestamp, exchange.FirstByteTimestamp));
        }
    }

    private static void WriteText(ref JsonLine line, scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
        {
            line.Raw(key);
            line.Text(text, TextBytesMax);
            line.Raw("\""u8);
        }
    }

    private static void WriteAddress(ref JsonLine line, scoped ReadOnlySpan<byte> key, IpAddress address)
    {
        Span<byte> text = stackalloc byte[IpAddress.TextBytesMax];
        if (address.Bits == 0)
        {
            WriteText(ref line, key, "unix"u8);
        }
        else if (address.TryFormat(text, out int length))
        {
            WriteText(ref line, key, text[..length]);
        }
    }
}
