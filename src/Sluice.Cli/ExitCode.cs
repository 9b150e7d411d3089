namespace Sluice.Cli;

/// <summary>What the program's exit tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>All went well; after a signal: every request in progress was finished.</summary>
    internal const int Ok = 0;

    /// <summary>It could not start, or the configuration is bad: starting again changes nothing. Or no route takes the request that was
    /// asked about, or a store could not be changed.</summary>
    internal const int CouldNotStart = 1;

    /// <summary>The command line is wrong.</summary>
    internal const int Usage = 2;

    /// <summary>The end was forced: requests were cut off by a second signal or because the grace period was over.</summary>
    internal const int Forced = 3;

    /// <summary>The running instance rejected what it was asked for, and goes on as before.</summary>
    internal const int Rejected = 4;

    /// <summary>No instance answers.</summary>
    internal const int NotRunning = 5;
}
