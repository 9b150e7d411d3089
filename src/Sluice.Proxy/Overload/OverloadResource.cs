namespace Sluice.Proxy.Overload;

/// <summary>What a proxy can run out of.</summary>
public enum OverloadResource
{
    /// <summary>Client connections, of those that are allowed.</summary>
    Connections,

    /// <summary>File descriptors, of those that the process may have.</summary>
    Descriptors,

    /// <summary>Memory, of what is allowed or what the control group has.</summary>
    Memory,

    /// <summary>Time of the event loops.</summary>
    Delay,
}
