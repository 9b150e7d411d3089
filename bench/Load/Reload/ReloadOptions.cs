namespace Sluice.Load.Reload;

/// <summary>What the command line asked `reload` for.</summary>
/// <param name="Reloads">Valid generations under full load.</param>
/// <param name="Seconds">The time over which they are spread.</param>
/// <param name="WarmReloads">Valid generations before the first reading of memory.</param>
/// <param name="MemoryReloads">Valid generations between the two readings of memory.</param>
/// <param name="Routes">Routes in the file that no request takes.</param>
/// <param name="WebSockets">Open WebSockets under full load.</param>
/// <param name="Downloads">Slow downloads under full load.</param>
/// <param name="EffectSecondsMax">How soon a reload must be seen, in seconds.</param>
/// <param name="SluicePath">An existing executable; null publishes the repository's own.</param>
/// <param name="JsonPath">File for the raw data; null for none.</param>
/// <param name="Only">`load` or `memory`; null for both.</param>
internal sealed record ReloadOptions(
    int Reloads, int Seconds, int WarmReloads, int MemoryReloads, int Routes, int WebSockets, int Downloads, int EffectSecondsMax,
    string? SluicePath, string? JsonPath, string? Only)
{
    public const string LoadHalf = "load";
    public const string MemoryHalf = "memory";

    public bool Includes(string half) => Only is null || Only == half;
}
