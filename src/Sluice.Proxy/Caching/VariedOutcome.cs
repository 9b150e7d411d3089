namespace Sluice.Proxy.Caching;

/// <summary>What the fields that a response varies by mean for storing it.</summary>
internal enum VariedOutcome
{
    /// <summary>There are none.</summary>
    None = 0,

    /// <summary>A key tells its variants apart.</summary>
    Told,

    /// <summary>Its request had one of them, and the server didn't get to see it: it is not what that request should get.</summary>
    Withheld,

    /// <summary>The server's choice depends on what no key has. It is not stored, and neither is the next one.</summary>
    Untold,

    /// <summary>Its request said something else to the server than its key says. It is not stored, which says nothing about the next one.</summary>
    Distorted,
}
