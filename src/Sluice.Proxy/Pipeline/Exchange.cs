using System.Diagnostics;
using Sluice.Http.Addresses;
using Sluice.Http.Forwarded;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Uris;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Caching.Fetching;
using Sluice.Proxy.CircuitBreaking;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Compression;
using Sluice.Proxy.ErrorPages;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Files;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Grpc;
using Sluice.Proxy.Health.Checks;
using Sluice.Proxy.Mirroring;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Representations;
using Sluice.Proxy.Retries;
using Sluice.Proxy.Routing;
using Sluice.Proxy.Telemetry;
using Sluice.Proxy.Templates;
using Sluice.Proxy.Transforms;
using Sluice.Proxy.Upstreams;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Files;

namespace Sluice.Proxy.Pipeline;

/// <summary>One request and its response on their way through: what was asked, by whom, what was decided, and how it ended.</summary>
/// <remarks>Taken from its worker's pool when a request's first byte is there, given back after it is logged. One loop, one owner: the client's connection.</remarks>
public sealed class Exchange : ITemplateSource
{
    private readonly RequestHead _ownRequest;
    private readonly PathGroups _ownPathGroups;
    private readonly UpstreamTarget _ownTarget = new();
    private readonly GrpcCall _ownGrpc;
    private Http1ClientStream? _http1Client;
    private Http2ClientStream? _http2Client;
    private RepresentationSender? _representation;
    private FileSource? _file;
    private CacheVisit? _cacheVisit;
    private ResponseCompression? _compression;

    internal Exchange(Worker worker)
    {
        Worker = worker;
        Request = _ownRequest = new RequestHead();
        PathGroups = _ownPathGroups = new PathGroups(Request);
        ServerPass = new GatePass(this);
        UpstreamPass = new GatePass(this);
        RequestReader = new RequestHeadReader(Request);
        Response = new ResponseHead();
        ResponseReader = new ResponseHeadReader(Response);
        Limits = worker.Limits;
        ResponseShare = new FairShare(worker.Loop);
        Pump = new RequestPump(worker.Loop);
        Grpc = _ownGrpc = new GrpcCall(this);
        Target = _ownTarget;
        Retry = new RetryState(this);
    }

    /// <summary>The worker it runs on.</summary>
    public Worker Worker { get; }

    /// <summary>The canonical request: what is routed, logged and forwarded.</summary>
    public RequestHead Request { get; private set; }

    /// <summary>The response head of the server.</summary>
    public ResponseHead Response { get; private set; }

    /// <summary>Reads <see cref="Request"/>.</summary>
    internal RequestHeadReader RequestReader { get; }

    /// <summary>Reads <see cref="Response"/>.</summary>
    internal ResponseHeadReader ResponseReader { get; private set; }

    /// <summary>Decodes the content of the request from HTTP/1.</summary>
    internal BodyReader RequestBody { get; } = new();

    /// <summary>Decodes the content of the response from HTTP/1.</summary>
    internal BodyReader ResponseBody { get; private set; } = new();

    /// <summary>The trailer fields of the request, once its content has ended; null when there are none. Set by the client's side.</summary>
    internal FieldTable? RequestTrailers { get; set; }

    /// <summary>The trailer fields of the response, once its content has ended; null when there are none. Set by the server's side.</summary>
    internal FieldTable? ResponseTrailers { get; set; }

    /// <summary>The client's side over HTTP/1; it lives as long as the exchange's object and is bound to one connection after another.</summary>
    internal Http1ClientStream Http1Client => _http1Client ??= new Http1ClientStream(Worker, this);

    /// <summary>The client's side over HTTP/2, likewise.</summary>
    internal Http2ClientStream Http2Client => _http2Client ??= new Http2ClientStream(Worker, this);

    /// <summary>The client's side.</summary>
    public ClientStream Client { get; internal set; } = null!;

    /// <summary>Carries the content of the request.</summary>
    internal RequestPump Pump { get; }

    /// <summary>Bounds what the response does within one turn of the loop.</summary>
    internal FairShare ResponseShare { get; }

    /// <summary>The content of the request that was there with its head, kept while the request may be sent again.</summary>
    internal BodySlice FirstSlice { get; set; }

    /// <summary>Whether a connection that had been used before failed the request once.</summary>
    internal bool ReuseFailed { get; set; }

    /// <summary>The connection on which that was said last, which is not to be asked again if there is another.</summary>
    internal object? RefusedBy { get; set; }

    /// <summary>What it remembers from one attempt to the next.</summary>
    internal RetryState Retry { get; }

    /// <summary>A wait of a time.</summary>
    internal ExchangePause Pause => field ??= new ExchangePause(Worker.Loop);

    /// <summary>Interim responses so far.</summary>
    internal int InterimCount { get; set; }

    /// <summary>The bytes of their heads.</summary>
    internal int InterimBytes { get; set; }

    /// <summary>What goes to the server instead of the request's target, if the route rewrites it.</summary>
    internal UpstreamTarget Target { get; private set; }

    /// <summary>What the route wants to know about the request's path.</summary>
    internal PathTraits ReportedPath { get; set; }

    /// <summary>Whether it is a browser's question about another request, which is answered here.</summary>
    internal bool IsPreflight { get; set; }

    /// <summary>What it has of gRPC.</summary>
    internal GrpcCall Grpc { get; private set; }

    /// <summary>Answers with something that is held here.</summary>
    internal RepresentationSender Representation => _representation ??= new RepresentationSender(this);

    /// <summary>What the head of such an answer has that is not held with it; null for every other response.</summary>
    internal RepresentationFields? HeldFields { get; set; }

    /// <summary>The file that is sent.</summary>
    internal FileSource File => _file ??= new FileSource(this);

    /// <summary>Reads files.</summary>
    internal FileReader FileReader => field ??= new FileReader(Worker.Loop);

    /// <summary>What the cache has to do with it, on routes that have one.</summary>
    internal CacheVisit CacheVisit => _cacheVisit ??= new CacheVisit(this);

    /// <summary>What the cache had to do with it.</summary>
    public CacheOutcome CacheOutcome => _cacheVisit?.Outcome ?? CacheOutcome.None;

    /// <summary>The fetch of the cache whose request it is; null for requests of clients.</summary>
    internal Fetch? Fetch { get; set; }

    /// <summary>Whether its response is compressed; null where the route doesn't ask for that.</summary>
    internal ResponseCompression? Compression => _compression is { HasBegun: true } ? _compression : null;

    /// <summary>Throws away the content of a response that a page takes the place of.</summary>
    internal ResponseDrain Drain { get; } = new();

    /// <summary>The server's side, while there is one.</summary>
    internal UpstreamStream? Upstream { get; set; }

    /// <summary>What the exchange waits for on the server's side, to be cancelled when the client goes away.</summary>
    internal ICancelableWait? Waiting { get; set; }

    /// <summary>Who opened the connection; 0 for a unix socket.</summary>
    public IpAddress PeerAddress { get; internal set; }

    /// <summary>The client's address: the peer's, or what a trusted proxy says.</summary>
    public IpAddress ClientAddress { get; internal set; }

    /// <summary>Where the connection came in.</summary>
    public ListenerState Listener { get; internal set; } = null!;

    /// <summary>What is served: the same from its first byte to its last, whatever is reloaded meanwhile.</summary>
    internal ProxySnapshot Snapshot { get; set; } = null!;

    /// <summary>The route that took the request; null until routed, and when none did.</summary>
    public CompiledRoute? Route { get; internal set; }

    /// <summary>The groups of the path's regular expression, if the route has one.</summary>
    public PathGroups PathGroups { get; private set; }

    /// <summary>The upstream that was chosen for it; null until it is balanced, and for a route that responds itself.</summary>
    internal UpstreamState? UpstreamState { get; set; }

    /// <summary>The circuit of the upstream that it was last sent to; null when that has none.</summary>
    internal CircuitBreaker? Circuit { get; set; }

    /// <summary>The number of the phase in which that let it through; 0 when it did not.</summary>
    internal int CircuitPhase { get; set; }

    /// <summary>When it was counted by that circuit, in loop time.</summary>
    internal long CircuitMs { get; set; }

    /// <summary>A <c>Set-Cookie</c> line for the response, by which the client is sent to the same upstream again; null when there is nothing new to remember.</summary>
    internal byte[]? SplitCookie { get; set; }

    /// <summary>A <c>Set-Cookie</c> line for the response, by which the client is sent to the same server again; null when there is nothing new to remember.</summary>
    internal byte[]? SessionCookie { get; set; }

    /// <summary>The request of a health check, which is sent in place of <see cref="Request"/>; null for requests of clients.</summary>
    internal CheckRequest? CheckRequest { get; set; }

    /// <summary>Its copy, which the content goes to as well; null when there is none, or it has all of the content.</summary>
    internal MirrorRequest? Mirror { get; set; }

    /// <summary>Whether it is the copy of another request.</summary>
    internal bool IsMirror { get; set; }

    /// <summary>The limits that hold for it: those of the plan, and of its route once that is found.</summary>
    public ProxyLimits Limits { get; internal set; }

    /// <summary>
    /// Bytes per second that the client must send of the request's content, on average; 0 for no such limit. A call of gRPC is a conversation: its client
    /// may have nothing to say for a while, and only the longest pause counts.
    /// </summary>
    internal int RequestDataRateMin => Grpc.IsConversation ? 0 : Limits.MinDataRate;

    /// <summary>The server the request went to last.</summary>
    public ServerState? Server => Member?.Server;

    /// <summary>Its place among the requests that its server may have at once.</summary>
    internal GatePass ServerPass { get; }

    /// <summary>Its place among the requests that its upstream may have at once.</summary>
    internal GatePass UpstreamPass { get; }

    /// <summary>That server as a member of its upstream.</summary>
    internal UpstreamMember? Member { get; set; }

    /// <summary>How many servers or connections were tried.</summary>
    public int Attempts { get; internal set; }

    /// <summary>Servers that could not be connected to, one bit each by their number modulo 64.</summary>
    internal ulong FailedServers { get; set; }

    /// <summary>The status sent to the client, or that stands for the end without one; 0 while undecided.</summary>
    public int Status { get; internal set; }

    /// <summary>Why it did not end well; the first reason wins.</summary>
    public ProxyErrorCode Error { get; private set; }

    /// <summary>The rule that was broken, for errors that name one.</summary>
    public Violation Violation { get; private set; }

    /// <summary>Whether the head of the final response was written; from then on an error can only abort.</summary>
    public bool ResponseStarted { get; internal set; }

    /// <summary>Whether the whole response was handed to the kernel.</summary>
    public bool ResponseCompleted { get; internal set; }

    /// <summary>Whether all of the request's content was read.</summary>
    public bool RequestCompleted { get; internal set; }

    /// <summary>Whether the client's content was asked for or came without being asked, so that reading it makes sense.</summary>
    public bool ContentExpected { get; internal set; }

    /// <summary>Whether its end was recorded.</summary>
    internal bool IsLogged { get; set; }

    /// <summary>Whether the connection became a tunnel.</summary>
    public bool IsTunnel { get; internal set; }

    /// <summary>Bytes received from the client: head and content.</summary>
    public long BytesIn { get; internal set; }

    /// <summary>Bytes sent to the client: heads, content and framing.</summary>
    public long BytesOut { get; internal set; }

    /// <summary>When the first byte of the request was there, in <see cref="System.Diagnostics.Stopwatch"/> units.</summary>
    public long StartTimestamp { get; internal set; }

    /// <summary>When a connection to a server was there; 0 when never.</summary>
    public long ConnectedTimestamp { get; internal set; }

    /// <summary>When the head of the server's response was there; 0 when never.</summary>
    public long FirstByteTimestamp { get; internal set; }

    /// <summary>A number unique to the request within this process.</summary>
    public long Id { get; internal set; }

    /// <summary>Whether it was given up, by an error or by the client.</summary>
    public bool HasFailed => Error != ProxyErrorCode.None;

    /// <summary>What the client's handshake told; null without TLS.</summary>
    internal ClientTls? ClientTls { get; set; }

    /// <summary>Whether the connection with the client is encrypted.</summary>
    internal bool IsTls => ClientTls is not null;

    /// <summary>Whether a part of the request came as early data: it may be a recording (RFC 8470).</summary>
    internal bool IsEarlyData { get; set; }

    /// <summary>The last key that a server was asked with to prove that it speaks WebSocket.</summary>
    internal byte[] WebSocketKey => field ??= new byte[Http.WebSockets.WebSocketKey.KeyBytes];

    /// <inheritdoc/>
    ReadOnlySpan<byte> ITemplateSource.Scheme
    {
        get
        {
            ForwardedOrigin origin = ForwardedFor.Find(Request.Fields, PeerAddress, Snapshot.Plan.Forwarded.TrustedProxies);
            return origin.Proto.IsEmpty ? (IsTls ? "https"u8 : "http"u8) : origin.Proto;
        }
    }

    /// <inheritdoc/>
    ReadOnlySpan<byte> ITemplateSource.ErrorName => ErrorNames.Of(Error);

    /// <inheritdoc/>
    ReadOnlySpan<byte> ITemplateSource.RouteName => Route is { } route ? route.NameUtf8 : default;

    /// <inheritdoc/>
    ReadOnlySpan<byte> ITemplateSource.UpstreamName => UpstreamState is { } upstream ? upstream.NameUtf8 : default;

    /// <inheritdoc/>
    ReadOnlySpan<byte> ITemplateSource.ServerName => Server is { } server ? server.NameUtf8 : default;

    /// <inheritdoc/>
    ReadOnlySpan<byte> ITemplateSource.ServerAuthority => Server is { } server ? server.AuthorityUtf8 : default;

    /// <inheritdoc/>
    ReadOnlySpan<byte> ITemplateSource.Time => Worker.Clock.LogTime;

    /// <inheritdoc/>
    ReadOnlySpan<byte> ITemplateSource.PathGroup(ReadOnlySpan<byte> name) =>
        PathGroups.TryGet(System.Text.Encoding.ASCII.GetString(name), out ReadOnlySpan<byte> value) ? value : default;

    /// <summary>Records why it fails; a reason that is there already stays.</summary>
    internal void Fail(ProxyErrorCode error, Violation violation = Violation.None)
    {
        if (Error == ProxyErrorCode.None)
        {
            Error = error;
            Violation = violation;
        }
    }

    /// <summary>Forgets an error of an attempt that is followed by another.</summary>
    internal void ForgetError()
    {
        Error = ProxyErrorCode.None;
        Violation = Violation.None;
    }

    /// <summary>Fails it and ends whatever it waits for on the server's side, inline.</summary>
    internal void Cancel(ProxyErrorCode error, Violation violation = Violation.None)
    {
        Fail(error, violation);
        Waiting?.CancelWait();
    }

    /// <summary>Becomes another try of a request, all of which has come. It borrows what was asked from the original, which has to outlive it; <see cref="GiveBackRequest"/> gives it back.</summary>
    internal void BecomeTryOf(Exchange original)
    {
        Request = original.Request;
        PathGroups = original.PathGroups;
        Target = original.Target;
        Grpc = original.Grpc;
        Client = original.Client;
        Snapshot = original.Snapshot;
        Route = original.Route;
        Limits = original.Limits;
        Listener = original.Listener;
        ClientTls = original.ClientTls;
        IsEarlyData = original.IsEarlyData;
        PeerAddress = original.PeerAddress;
        ClientAddress = original.ClientAddress;
        StartTimestamp = original.StartTimestamp;
        Id = original.Id;
        Fetch = original.Fetch;
        UpstreamState = original.UpstreamState;
        FailedServers = original.FailedServers | original.Member!.Bit;
        RequestCompleted = true;
        ContentExpected = true;
    }

    /// <summary>Goes on with the answer to another try of its request, and the server's side of it.</summary>
    internal void GoOnWith(Exchange second, UpstreamStream stream)
    {
        Debug.Assert(Upstream is null && ReferenceEquals(second.Upstream, stream), "The first try is over, and the second is not.");
        (Response, second.Response) = (second.Response, Response);
        (ResponseReader, second.ResponseReader) = (second.ResponseReader, ResponseReader);
        (ResponseBody, second.ResponseBody) = (second.ResponseBody, ResponseBody);
        ResponseTrailers = second.ResponseTrailers;
        Member = second.Member;
        SessionCookie = second.SessionCookie;
        ConnectedTimestamp = second.ConnectedTimestamp;
        Pump.IsComplete = second.Pump.IsComplete;
        ReuseFailed = false;
        Retry.GoOnWith(second.Retry);
        second.Upstream = null;
        Upstream = stream;
        ServerPass.TakeFrom(second.ServerPass);
        stream.MoveTo(this);
    }

    /// <summary>Gives back what it has borrowed.</summary>
    internal void GiveBackRequest()
    {
        Request = _ownRequest;
        PathGroups = _ownPathGroups;
        Target = _ownTarget;
        Grpc = _ownGrpc;
    }

    /// <summary>Has its response compressed or decompressed where that is right.</summary>
    internal void BeginCompression(CompressionPolicy policy)
    {
        _compression ??= new ResponseCompression(this);
        _compression.Begin(policy);
    }

    /// <summary>Makes it ready for the next request.</summary>
    internal void Reset()
    {
        Debug.Assert(!ServerPass.IsHeld && !UpstreamPass.IsHeld, "It has given back what it had at the server.");
        Request.Reset();
        Response.Reset();
        RequestTrailers = null;
        ResponseTrailers = null;
        Client = null!;
        Upstream = null;
        Waiting = null;
        Route = null;
        ClientTls = null;
        IsEarlyData = false;
        PathGroups.Set(null);
        UpstreamState = null;
        Circuit = null;
        CircuitPhase = 0;
        SplitCookie = null;
        SessionCookie = null;
        CheckRequest = null;
        Fetch = null;
        _cacheVisit?.Reset();
        Mirror = null;
        IsMirror = false;
        Member = null;
        Snapshot = null!;
        Attempts = 0;
        FailedServers = 0;
        FirstSlice = default;
        ReuseFailed = false;
        Retry.Reset();
        RefusedBy = null;
        InterimCount = 0;
        InterimBytes = 0;
        Pump.Reset();
        Grpc.Reset();
        _compression?.Reset();
        Target.Reset();
        HeldFields = null;
        ReportedPath = PathTraits.None;
        IsPreflight = false;
        Status = 0;
        ForgetError();
        ResponseStarted = false;
        ResponseCompleted = false;
        RequestCompleted = false;
        ContentExpected = false;
        IsTunnel = false;
        IsLogged = false;
        BytesIn = 0;
        BytesOut = 0;
        ConnectedTimestamp = 0;
        FirstByteTimestamp = 0;
    }
}
