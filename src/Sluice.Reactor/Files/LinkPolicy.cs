namespace Sluice.Reactor.Files;

/// <summary>Which symbolic links are followed below a folder.</summary>
public enum LinkPolicy
{
    /// <summary>Those that stay within it: relative ones that never lead above it.</summary>
    Inside = 0,

    /// <summary>None.</summary>
    None,

    /// <summary>All, wherever they lead: whoever can make one can have any file read that this process may read.</summary>
    Any,
}
