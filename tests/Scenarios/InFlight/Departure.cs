namespace Sluice.Scenarios.InFlight;

/// <summary>What ends a request, wherever it is.</summary>
public enum Departure
{
    /// <summary>Its client closes the connection.</summary>
    Close,

    /// <summary>Its client resets the connection.</summary>
    Reset,

    /// <summary>Its client resets the stream, and stays.</summary>
    ResetStream,

    /// <summary>A reload takes its route, its upstream and the server away; then its client closes the connection.</summary>
    Reload,

    /// <summary>The proxy stops.</summary>
    Stop,
}
