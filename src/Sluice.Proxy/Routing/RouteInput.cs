using Sluice.Http.Addresses;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Routing;

/// <summary>What routes are found by. It needs no connection, so that tests and <c>sluice route</c> can ask, too.</summary>
public readonly ref struct RouteInput
{
    /// <summary>How many values <see cref="Sample"/> can have: hundredths of a percent.</summary>
    public const int SampleCount = 10_000;

    /// <summary>The canonical request.</summary>
    public required RequestHead Request { get; init; }

    /// <summary>The client's address, as trusted proxies told it; 0 for a client of a unix socket.</summary>
    public IpAddress ClientAddress { get; init; }

    /// <summary>Whether the client used https, as trusted proxies told it.</summary>
    public bool IsHttps { get; init; }

    /// <summary>The name asked for in the TLS handshake, in lower case; empty without one.</summary>
    public ReadOnlySpan<byte> Sni { get; init; }

    /// <summary>The listener that it came in through; null when that is not known, so that no listener fits.</summary>
    public ListenerPlan? Listener { get; init; }

    /// <summary>What <c>percentage</c> is drawn from: 0 to <see cref="SampleCount"/> - 1, at random, once for a request.</summary>
    public int Sample { get; init; }

    /// <summary>The same with another draw.</summary>
    internal RouteInput WithSample(int sample) => new()
    {
        Request = Request,
        ClientAddress = ClientAddress,
        IsHttps = IsHttps,
        Sni = Sni,
        Listener = Listener,
        Sample = sample,
    };
}
