using Sluice.Certificates.Dns;
using Sluice.TestKit.Pebble;

namespace Sluice.Certificates.Tests.Pebble;

/// <summary>Publishes records at pebble's own name server.</summary>
internal sealed class PebblePublisher(PebbleServer pebble) : IDnsPublisher
{
    public Task PublishAsync(string name, string value, CancellationToken ct) => pebble.SetTextAsync(name, value);

    public Task RemoveAsync(string name, string value, CancellationToken ct) => pebble.ClearTextAsync(name);
}
