namespace Sluice.Load.Memory;

/// <summary>Growth of a proxy's resident memory, in bytes per connection.</summary>
internal sealed record MemorySample(string Contender, string Case, int Connections, long BeforeBytes, long AfterBytes)
{
    public double BytesPerConnection => (double)(AfterBytes - BeforeBytes) / Connections;
}
