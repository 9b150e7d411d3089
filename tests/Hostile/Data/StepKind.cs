namespace Sluice.Hostile.Data;

/// <summary>What a case does next.</summary>
internal enum StepKind
{
    /// <summary>Sends bytes.</summary>
    Send,

    /// <summary>Sends a FIN and goes on reading.</summary>
    Shutdown,

    /// <summary>Sends a RST.</summary>
    Reset,

    /// <summary>Does nothing for a while: the pause is the attack.</summary>
    Pause,

    /// <summary>For responses of an upstream: waits until the client has got something of them.</summary>
    Arrival,

    /// <summary>For requests: waits until the upstream has got something of them.</summary>
    Begin,

    /// <summary>Reads the next expected response before it goes on.</summary>
    Read,

    /// <summary>Sends bytes one at a time, with a pause behind each.</summary>
    Drip,
}
