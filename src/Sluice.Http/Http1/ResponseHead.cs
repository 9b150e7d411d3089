using System.Diagnostics;
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

    /// <summary>Whether the status was changed here, so that <see cref="Reason"/> says nothing about it.</summary>
    public bool IsStatusChanged { get; private set; }

    internal TextRange ReasonRange { get; set; }

    internal TextRange UpgradeRange { get; set; }

    /// <summary>Takes another status than the one that came, such as 206 for a part of what is held as a whole.</summary>
    public void ChangeStatus(int status)
    {
        Debug.Assert(status is >= 200 and < 600, "It is a final status.");
        Status = status;
        IsStatusChanged = true;
        ReasonRange = default;
    }

    /// <summary>Becomes what the response to a request without a range would have been, of that of a part: for who keeps parts, and puts them together.</summary>
    public void BecomeWhole()
    {
        Debug.Assert(Status == 206, "It is that of a part.");
        ChangeStatus(200);
        Fields.RemoveAll(KnownField.ContentRange);
    }

    /// <summary>Becomes the same as another head, whose bytes it uses from then on.</summary>
    public void CopyFrom(ResponseHead other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Fields.CopyFrom(other.Fields);
        Fields.Buffer = other.Fields.Buffer;
        Status = other.Status;
        MinorVersion = other.MinorVersion;
        IsHttp2 = other.IsHttp2;
        Framing = other.Framing;
        ContentLength = other.ContentLength;
        KeepAlive = other.KeepAlive;
        KeepAliveTimeoutSeconds = other.KeepAliveTimeoutSeconds;
        IsStatusChanged = other.IsStatusChanged;
        ReasonRange = other.ReasonRange;
        UpgradeRange = other.UpgradeRange;
    }

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
        IsStatusChanged = false;
        ReasonRange = default;
        UpgradeRange = default;
    }

    /// <summary>Says that the connection's bytes were moved to another array, at the same offsets.</summary>
    public void Rebind(byte[] buffer) => Fields.Buffer = buffer;
}
