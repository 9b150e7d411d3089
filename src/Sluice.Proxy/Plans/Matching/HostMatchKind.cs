namespace Sluice.Proxy.Plans;

/// <summary>How the text of a <see cref="HostMatch"/> is meant.</summary>
public enum HostMatchKind : byte
{
    /// <summary>This host alone.</summary>
    Exact,

    /// <summary>Any name below this one, by one label or more, but not the name itself.</summary>
    Wildcard,

    /// <summary>A regular expression that has to match the whole host; the case of letters does not count.</summary>
    Regex,
}
