using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Sluice.TestKit.Http2.Hpack;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Time;
using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Http2;

/// <summary>A client whose every frame is in the script.</summary>
public sealed class Http2Peer : Http2Endpoint
{
    private readonly string _scheme;
    private readonly string _host;
    private uint _nextStream = 1;

    private Http2Peer(Socket socket, Stream stream, Http2PeerOptions options, Transcript transcript)
        : base(socket, stream, isClient: true, options.Name, transcript)
    {
        _scheme = options.TlsHost is null ? "http" : "https";
        _host = options.TlsHost ?? "a.test";
    }

    /// <summary>Connects, and begins HTTP/2.</summary>
    public static async Task<Http2Peer> ConnectAsync(EndPoint endPoint, Transcript transcript, Http2PeerOptions? options = null)
    {
        options ??= new Http2PeerOptions();
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (options.ReceiveBufferBytes > 0)
        {
            socket.ReceiveBufferSize = options.ReceiveBufferBytes;
        }

        using var deadline = new CancellationTokenSource(Patience.PerStep);
        await socket.ConnectAsync(endPoint, deadline.Token);
        Stream stream = new NetworkStream(socket);
        if (options.TlsHost is not null)
        {
            stream = await SecureAsync(stream, options, deadline.Token);
        }

        transcript.Note(options.Name, "connected");
        var peer = new Http2Peer(socket, stream, options, transcript);
        if (options.SendsPreface)
        {
            await peer.SendAsync(Frames.Preface, Frames.Settings([.. options.Settings]));
        }

        return peer;
    }

    /// <summary>Takes the number of the next stream.</summary>
    public uint NextStream()
    {
        uint stream = _nextStream;
        _nextStream += 2;
        return stream;
    }

    /// <summary>The beginning of a field block of a request over this connection.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path.</param>
    /// <param name="authority">The host; null for the one of the handshake, <c>a.test</c> without one.</param>
    public FieldBlock Request(string method = "GET", string path = "/", string? authority = null) => FieldBlock.Request(method, path, authority ?? _host, _scheme);

    /// <summary>Sends the head of a request on the next stream.</summary>
    /// <returns>The stream.</returns>
    public async Task<uint> SendHeadAsync(FieldBlock block, bool end = true, string method = "GET")
    {
        uint stream = NextStream();
        StreamOf(stream).Method = method;
        await SendAsync(Frames.Headers(stream, block.ToArray(), end));
        return stream;
    }

    /// <summary>Sends a whole request on the next stream.</summary>
    /// <returns>The stream.</returns>
    public async Task<uint> SendRequestAsync(
        string method = "GET", string path = "/", byte[]? content = null, (string Name, string Value)[]? fields = null, (string Name, string Value)[]? trailers = null)
    {
        bool endsAtHead = content is null && trailers is null;
        uint stream = await SendHeadAsync(Request(method, path).Add(fields ?? []), endsAtHead, method);
        if (content is { Length: 0 } && trailers is null)
        {
            await SendAsync(Frames.Data(stream, [], end: true));
        }
        else if (content is not null)
        {
            await SendContentAsync(stream, content, end: trailers is null);
        }

        if (trailers is not null)
        {
            await SendAsync(Frames.Headers(stream, new FieldBlock().Add(trailers).ToArray()));
        }

        return stream;
    }

    /// <summary>Reads up to the final head of a response.</summary>
    public async Task<HttpResponse> ReadHeadAsync(uint stream)
    {
        StreamRecord record = StreamOf(stream);
        await ReadUntilAsync(() => record.Head is not null || record.IsOver, $"the response on stream {stream}");
        return record.Head is null ? throw Failure($"{Name}: stream {stream} was reset: {record.Reset}") : record.ToResponse();
    }

    /// <summary>Reads a whole response.</summary>
    public async Task<HttpResponse> ReadResponseAsync(uint stream)
    {
        StreamRecord record = StreamOf(stream);
        await ReadUntilAsync(() => record.IsOver, $"the end of the response on stream {stream}");
        return record.HasEnded ? record.ToResponse() : throw Failure($"{Name}: stream {stream} was reset: {record.Reset}");
    }

    /// <summary>Reads content until there is this much of it.</summary>
    public Task ReadContentAsync(uint stream, long count) =>
        ReadUntilAsync(() => StreamOf(stream).ContentBytes >= count || StreamOf(stream).IsOver, $"{count} bytes of content on stream {stream}");

    /// <summary>Sends a request without content and reads its response.</summary>
    public async Task<HttpResponse> GetAsync(string path = "/", string method = "GET", params (string Name, string Value)[] fields) =>
        await ReadResponseAsync(await SendRequestAsync(method, path, fields: fields));

    private static async Task<SslStream> SecureAsync(Stream inner, Http2PeerOptions options, CancellationToken deadline)
    {
        var stream = new SslStream(inner);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = options.TlsHost,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                ClientCertificates = options.Certificate is null ? null : [options.Certificate],
                LocalCertificateSelectionCallback = options.Certificate is null ? null : (_, _, _, _, _) => options.Certificate,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            },
            deadline);
        return stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2
            ? stream
            : throw new InvalidOperationException($"the server chose '{stream.NegotiatedApplicationProtocol}' instead of h2");
    }
}
