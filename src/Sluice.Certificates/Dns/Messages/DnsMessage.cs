namespace Sluice.Certificates.Dns.Messages;

/// <summary>A message (RFC 1035, section 4.1), to be sent or received.</summary>
internal sealed record DnsMessage
{
    /// <summary>Which question it belongs to.</summary>
    internal required ushort Id { get; init; }

    /// <summary>What it asks for.</summary>
    internal DnsOpcode Opcode { get; init; }

    /// <summary>QR: whether it is an answer.</summary>
    internal bool IsResponse { get; init; }

    /// <summary>TC: whether it was cut off.</summary>
    internal bool IsTruncated { get; init; }

    /// <summary>RD: whether the server shall ask others.</summary>
    internal bool IsRecursionDesired { get; init; }

    /// <summary>AA: whether who answers has the zone.</summary>
    internal bool IsAuthoritative { get; init; }

    /// <summary>How it was answered.</summary>
    internal DnsResponseCode ResponseCode { get; init; }

    /// <summary>What is asked for, one at most; in an update the zone.</summary>
    internal DnsQuestion? Question { get; init; }

    /// <summary>The answers.</summary>
    internal IReadOnlyList<DnsRecord> Answers { get; init; } = [];

    /// <summary>Who has authority; in an update the changes (RFC 2136, section 2.5).</summary>
    internal IReadOnlyList<DnsRecord> Authorities { get; init; } = [];

    /// <summary>What else there is, without the signature.</summary>
    internal IReadOnlyList<DnsRecord> Additionals { get; init; } = [];

    /// <summary>The signature's record, the last one of the message (RFC 8945, section 5.1); null if there is none.</summary>
    internal DnsRecord? Signature { get; init; }

    /// <summary>Where the signature's record begins in the bytes that were read.</summary>
    internal int SignatureOffset { get; init; }
}
