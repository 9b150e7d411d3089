using Sluice.Http.Headers;

namespace Sluice.Http.Http1;

/// <summary>
/// The head of a response. Most of it is offsets into the connection's buffer, which has to stay as it is until <see cref="Reset"/>.
/// </summary>
public sealed class ResponseHead
{
    // The table's cap is only a backstop; the limit in force is HeadLimits.FieldCountMax.
    private const int FieldCapacityMax = 1024;

    /// <summary>The field lines, in the order received.</summary>
    public FieldTable Fields { get; } = new(FieldCapacityMax);

    /// <summary>100 to 599.</summary>
    public int Status { get; internal set; }

    /// <summary>The reason as it came; may be empty.</summary>
    public ReadOnlySpan<byte> Reason => ReasonRange.In(Fields.Buffer);

    /// <summary>0 for HTTP/1.0, 1 for HTTP/1.1 and for what came over HTTP/2.</summary>
    public int MinorVersion { get; internal set; }

    /// <summary>Whether it came over HTTP/2, which has no reasons.</summary>
    public bool IsHttp2 { get; internal set; }

    /// <summary>Where the content ends. <see cref="BodyFraming.None"/> for 1xx, 204, 304 and answers to HEAD, whatever the fields say.</summary>
    public BodyFraming Framing { get; internal set; }

    /// <summary>
    /// The value of <c>Content-Length</c>, or -1. For 304 and answers to HEAD it is what a GET would get, and <see cref="Framing"/> is none.
    /// </summary>
    public long ContentLength { get; internal set; } = -1;

    /// <summary>Whether the connection can take another request once the content was read to its end (RFC 9112, section 9.3).</summary>
    public bool KeepAlive { get; internal set; }

    /// <summary>The <c>timeout</c> of <c>Keep-Alive</c>, or -1: how long the server keeps the connection when it is idle (RFC 2068, section 19.7.1.1).</summary>
    public int KeepAliveTimeoutSeconds { get; internal set; } = -1;

    /// <summary>The protocol of <c>Upgrade</c> when <c>Connection</c> names it, other than HTTP; otherwise empty.</summary>
    public ReadOnlySpan<byte> UpgradeToken => UpgradeRange.In(Fields.Buffer);

    /// <summary>Whether another response to the same request follows: any 1xx but 101.</summary>
    public bool IsInterim => Status is >= 100 and < 200 and not 101;

    internal TextRange ReasonRange { get; set; }

    internal TextRange UpgradeRange { get; set; }

    /// <summary>Makes it ready for the next response. Keeps the memory.</summary>
    public void Reset()
    {
        Fields.Clear();
        Status = 0;
        MinorVersion = 0;
        IsHttp2 = false;
        Framing = BodyFraming.None;
        ContentLength = -1;
        KeepAlive = false;
        KeepAliveTimeoutSeconds = -1;
        ReasonRange = default;
        UpgradeRange = default;
    }

    /// <summary>Says that the connection's bytes were moved to another array, at the same offsets.</summary>
    public void Rebind(byte[] buffer) => Fields.Buffer = buffer;
}
