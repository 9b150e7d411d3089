using Sluice.Certificates.Dns;
using Sluice.TestKit.Dns;

namespace Sluice.Certificates.Tests.Dns;

/// <summary>One BIND for the tests of a class.</summary>
public sealed class BindFixture : IAsyncLifetime
{
    /// <summary>The server.</summary>
    internal DnsServer Server { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Server = await DnsServer.StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>Options that suit it.</summary>
    internal DynamicUpdateOptions Options => new()
    {
        Server = Server.EndPoint.ToString(),
        KeyName = DnsServer.KeyFor("hmac-sha256"),
        Secret = DnsServer.Secret,
        Resolvers = [],
        NamedServerPort = Server.EndPoint.Port,
        PropagationTimeout = TimeSpan.FromSeconds(60),
    };
}
