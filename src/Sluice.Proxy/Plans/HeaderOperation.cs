namespace Sluice.Proxy.Plans;

/// <summary>What happens to a header.</summary>
public enum HeaderOperation
{
    /// <summary>It gets this value, whatever was there.</summary>
    Set,

    /// <summary>It gets these values besides what is there.</summary>
    Add,

    /// <summary>It gets this value if there is none.</summary>
    Default,

    /// <summary>It is left out.</summary>
    Remove,

    /// <summary>Every header whose name begins with this is left out.</summary>
    RemovePrefix,
}
