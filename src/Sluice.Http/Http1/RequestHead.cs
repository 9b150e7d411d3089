using Sluice.Http.Headers;
using Sluice.Http.Http2;
using Sluice.Http.Uris;

namespace Sluice.Http.Http1;

/// <summary>
/// The head of a request in the one form that routing, logging and forwarding see. Most of it is offsets into the connection's buffer, which has to stay as it
/// is until <see cref="Reset"/>; what differs from the bytes received is kept in memory of its own, reused from request to request.
/// </summary>
public sealed class RequestHead
{
    // The table's cap is only a backstop; the limit in force is HeadLimits.FieldCountMax.
    private const int FieldCapacityMax = 1024;
    private const int PathScratchStep = 256;

    private readonly byte[] _hostScratch = new byte[AuthorityParser.ScratchBytes];
    private byte[] _pathScratch = [];
    private bool _isPathRewritten;
    private bool _isHostRewritten;
    private TextRange _path;
    private TextRange _host;
    private int _authorityLength;

    /// <summary>The field lines, in the order received.</summary>
    public FieldTable Fields { get; } = new(FieldCapacityMax);

    /// <summary>The method, or <see cref="RequestMethod.Other"/>.</summary>
    public RequestMethod Method { get; internal set; }

    /// <summary>The method as it came: a token.</summary>
    public ReadOnlySpan<byte> MethodText => MethodRange.In(Fields.Buffer);

    /// <summary>0 for HTTP/1.0, 1 for HTTP/1.1 and for what came over HTTP/2, which has all that HTTP/1.1 has.</summary>
    public int MinorVersion { get; internal set; }

    /// <summary>Whether it came over HTTP/2.</summary>
    public bool IsHttp2 { get; internal set; }

    /// <summary>Whether it is an extended CONNECT (RFC 8441), which counts as a GET that asks for an upgrade.</summary>
    public bool IsExtendedConnect { get; internal set; }

    /// <summary>How soon the response is wanted; the default for HTTP/1.</summary>
    public StreamPriority Priority { get; internal set; } = StreamPriority.Default;

    /// <summary>The request target as it came, for logs only.</summary>
    public ReadOnlySpan<byte> RawTarget => TargetRange.In(Fields.Buffer);

    /// <summary>The canonical path (see <see cref="PathCanonicalizer"/>), beginning with a slash; <c>*</c> for the asterisk form.</summary>
    public ReadOnlySpan<byte> Path => _path.In(_isPathRewritten ? _pathScratch : Fields.Buffer);

    /// <summary>
    /// What the path had before it was canonical, as far as that needed work: a plain path is taken without a look, and has none of it here.
    /// An encoded NUL is still in the path: whoever takes the request on has to refuse it unless it is allowed.
    /// </summary>
    public PathTraits PathTraits { get; private set; }

    /// <summary>What is behind the question mark, byte by byte as it came; may be empty even with <see cref="HasQuery"/>.</summary>
    public ReadOnlySpan<byte> Query => QueryRange.In(Fields.Buffer);

    /// <summary>Whether there is a question mark.</summary>
    public bool HasQuery { get; internal set; }

    /// <summary>The host: lower case, without port and trailing dot, IPv6 in brackets. Empty only for HTTP/1.0 without <c>Host</c>.</summary>
    public ReadOnlySpan<byte> Host => _host.In(HostMemory);

    /// <summary>The host, and the port when it is not the default: what belongs into a forwarded <c>Host</c>.</summary>
    public ReadOnlySpan<byte> Authority => new TextRange(_host.Offset, _authorityLength).In(HostMemory);

    /// <summary>The port that was asked for, 1 to 65535; 0 for the default.</summary>
    public int Port { get; private set; }

    /// <summary>Where the content ends; never <see cref="BodyFraming.UntilClose"/>.</summary>
    public BodyFraming Framing { get; internal set; }

    /// <summary>The length of the content in bytes, or -1 when <see cref="Framing"/> does not tell it.</summary>
    public long ContentLength { get; internal set; } = -1;

    /// <summary>Whether content follows: chunked (even if that turns out empty), or a length above 0.</summary>
    public bool HasBody => Framing == BodyFraming.Chunked || ContentLength > 0;

    /// <summary>Whether the client wants to keep the connection (RFC 9112, section 9.3).</summary>
    public bool KeepAlive { get; internal set; }

    /// <summary>Whether the client waits for a 100 before it sends its content. Never for HTTP/1.0 or without content.</summary>
    public bool ExpectContinue { get; internal set; }

    /// <summary>Whether another protocol is asked for that can be tunnelled: <see cref="UpgradeToken"/> is not empty.</summary>
    public bool HasUpgrade => UpgradeRange.Length > 0;

    /// <summary>
    /// The first protocol of <c>Upgrade</c> other than HTTP itself, such as <c>websocket</c>. Only from an HTTP/1.1 GET without content whose
    /// <c>Connection</c> says so; otherwise empty.
    /// </summary>
    public ReadOnlySpan<byte> UpgradeToken => UpgradeRange.In(Fields.Buffer);

    /// <summary>Whether trailers are taken: <c>TE: trailers</c>. Set by who takes them in the client's place, too.</summary>
    public bool TeTrailers { get; set; }

    /// <summary>Whether this is <c>OPTIONS *</c>, or an OPTIONS with an absolute target without a path, which means the same.</summary>
    public bool IsAsteriskForm { get; internal set; }

    internal TextRange MethodRange { get; set; }

    internal TextRange TargetRange { get; set; }

    internal TextRange QueryRange { get; set; }

    internal TextRange UpgradeRange { get; set; }

    /// <summary>The authority of an absolute-form target; empty for the other forms.</summary>
    internal TextRange TargetAuthorityRange { get; set; }

    private byte[] HostMemory => _isHostRewritten ? _hostScratch : Fields.Buffer;

    /// <summary>Makes it ready for the next request. Keeps the memory.</summary>
    public void Reset()
    {
        Fields.Clear();
        Method = RequestMethod.Other;
        MinorVersion = 0;
        IsHttp2 = false;
        IsExtendedConnect = false;
        Priority = StreamPriority.Default;
        HasQuery = false;
        Port = 0;
        Framing = BodyFraming.None;
        ContentLength = -1;
        KeepAlive = false;
        ExpectContinue = false;
        TeTrailers = false;
        IsAsteriskForm = false;
        MethodRange = default;
        TargetRange = default;
        QueryRange = default;
        UpgradeRange = default;
        TargetAuthorityRange = default;
        _isPathRewritten = false;
        PathTraits = PathTraits.None;
        _isHostRewritten = false;
        _path = default;
        _host = default;
        _authorityLength = 0;
    }

    /// <summary>All that there is to say about the path as it came; looks through a plain one.</summary>
    public PathTraits FindPathTraits() => _isPathRewritten || IsAsteriskForm ? PathTraits : PathCanonicalizer.TraitsOfPlain(Path);

    /// <summary>Says that the connection's bytes were moved to another array, at the same offsets.</summary>
    public void Rebind(byte[] buffer) => Fields.Buffer = buffer;

    /// <summary>Says that content, if any follows, goes on with another length than it came with, which nobody knows yet.</summary>
    public void ForgetLength()
    {
        if (HasBody)
        {
            Framing = BodyFraming.Chunked;
            ContentLength = -1;
        }
    }

    /// <summary>
    /// Turns a HEAD into a GET, for who wants what a GET would get: the bytes of the method are overwritten where they are. Any other method stays.
    /// </summary>
    public void BecomeGet()
    {
        if (Method == RequestMethod.Head)
        {
            "GET"u8.CopyTo(Fields.Buffer.AsSpan(MethodRange.Offset));
            MethodRange = MethodRange with { Length = "GET"u8.Length };
            Method = RequestMethod.Get;
        }
    }

    /// <summary>Becomes the same as another head, which has bytes of its own in <paramref name="buffer"/>, at the same offsets.</summary>
    public void CopyFrom(RequestHead other, byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(other);
        Fields.CopyFrom(other.Fields);
        Fields.Buffer = buffer;
        Method = other.Method;
        MinorVersion = other.MinorVersion;
        IsHttp2 = other.IsHttp2;
        IsExtendedConnect = other.IsExtendedConnect;
        Priority = other.Priority;
        HasQuery = other.HasQuery;
        Port = other.Port;
        Framing = other.Framing;
        ContentLength = other.ContentLength;
        KeepAlive = other.KeepAlive;
        ExpectContinue = other.ExpectContinue;
        TeTrailers = other.TeTrailers;
        IsAsteriskForm = other.IsAsteriskForm;
        MethodRange = other.MethodRange;
        TargetRange = other.TargetRange;
        QueryRange = other.QueryRange;
        UpgradeRange = other.UpgradeRange;
        TargetAuthorityRange = other.TargetAuthorityRange;
        CopyScratch(other);
    }

    internal void SetPath(TextRange path)
    {
        _path = path;
        _isPathRewritten = false;
    }

    /// <summary>Memory for a rewritten path of at most so many bytes; <see cref="SetRewrittenPath"/> says how long it became.</summary>
    internal Span<byte> RentPathScratch(int bytesMax)
    {
        if (_pathScratch.Length < bytesMax)
        {
            _pathScratch = new byte[(bytesMax + PathScratchStep - 1) / PathScratchStep * PathScratchStep];
        }

        return _pathScratch;
    }

    internal void SetRewrittenPath(int length, PathTraits traits)
    {
        PathTraits = traits;
        _path = new TextRange(0, length);
        _isPathRewritten = true;
    }

    /// <summary>Parses and takes the host.</summary>
    /// <returns>False when it is not one host and at most one port.</returns>
    internal bool TrySetHost(TextRange authority, int defaultPort)
    {
        if (!AuthorityParser.TryParse(authority.In(Fields.Buffer), defaultPort, _hostScratch, out AuthorityParts parts))
        {
            return false;
        }

        _isHostRewritten = parts.IsRewritten;
        _host = new TextRange(parts.IsRewritten ? 0 : authority.Offset, parts.HostLength);
        _authorityLength = parts.AuthorityLength;
        Port = parts.Port;
        return true;
    }

    // What differs from the bytes received.
    private void CopyScratch(RequestHead other)
    {
        PathTraits = other.PathTraits;
        _path = other._path;
        _isPathRewritten = other._isPathRewritten;
        if (_isPathRewritten)
        {
            other.Path.CopyTo(RentPathScratch(_path.Length));
        }

        _host = other._host;
        _authorityLength = other._authorityLength;
        _isHostRewritten = other._isHostRewritten;
        other._hostScratch.CopyTo(_hostScratch, 0);
    }
}
