namespace Sluice.Proxy.Caching.Memory;

/// <summary>What came of making room.</summary>
internal enum RoomOutcome
{
    /// <summary>An object went; its memory comes back at once, or when its last reader is done.</summary>
    Made,

    /// <summary>What would have had to go is asked for as often as what is to come.</summary>
    Lost,

    /// <summary>There is nothing that could go.</summary>
    Nothing,
}
