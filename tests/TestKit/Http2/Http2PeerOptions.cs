using System.Security.Cryptography.X509Certificates;

namespace Sluice.TestKit.Http2;

/// <summary>How a client begins.</summary>
public sealed record Http2PeerOptions
{
    /// <summary>Its name in the transcript.</summary>
    public string Name { get; init; } = "client";

    /// <summary>The host that it asks for by SNI; null speaks plain HTTP/2 with prior knowledge.</summary>
    public string? TlsHost { get; init; }

    /// <summary>Its own certificate.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>What its first SETTINGS say.</summary>
    public IReadOnlyList<(SettingKind Kind, uint Value)> Settings { get; init; } = [(SettingKind.EnablePush, 0)];

    /// <summary>Whether it sends the preface and SETTINGS; where not, that is the test's to do.</summary>
    public bool SendsPreface { get; init; } = true;

    /// <summary>The kernel's receive buffer and with it the window of TCP; 0 is the kernel's choice.</summary>
    public int ReceiveBufferBytes { get; init; }
}
