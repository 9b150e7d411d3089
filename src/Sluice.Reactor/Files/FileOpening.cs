namespace Sluice.Reactor.Files;

/// <summary>What became of opening a file.</summary>
public enum FileOpening
{
    /// <summary>It is open.</summary>
    Opened = 0,

    /// <summary>There is none of that name, or none that may be reached: a link that leads out is as good as nothing.</summary>
    Missing,

    /// <summary>This process may not read it.</summary>
    Refused,

    /// <summary>The process or the system has no descriptor or memory left.</summary>
    Exhausted,

    /// <summary>The file system failed.</summary>
    Failed,
}
