using Sluice.Http.Addresses;

namespace Sluice.Http.Forwarded;

/// <summary>Where a request comes from, as far as the proxies in front of this one are believed.</summary>
public readonly ref struct ForwardedOrigin
{
    /// <summary>The client: the peer itself, or the nearest address behind it that is not a trusted proxy.</summary>
    public IpAddress Client { get; init; }

    /// <summary>Whether the peer is a trusted proxy. If not, everything it says about the origin has to be thrown away.</summary>
    public bool IsPeerTrusted { get; init; }

    /// <summary>The scheme that the nearest trusted hop was asked with, <c>http</c> or <c>https</c> in lower case; empty when it does not say.</summary>
    public ReadOnlySpan<byte> Proto { get; init; }

    /// <summary>The host and port that the nearest trusted hop was asked for, as it came but valid; empty when it does not say. A part of the fields' buffer.</summary>
    public ReadOnlySpan<byte> Host { get; init; }
}
