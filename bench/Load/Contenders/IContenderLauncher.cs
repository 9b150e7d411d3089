using Sluice.Load.Rows;

namespace Sluice.Load.Contenders;

/// <summary>Knows how to start one proxy with the same job as the others.</summary>
internal interface IContenderLauncher
{
    string Name { get; }

    /// <summary>Whether it can do the work of a row at all.</summary>
    bool CanRun(LoadRow row) => true;

    /// <summary>Starts it on a free loopback port, not waiting until it answers.</summary>
    Contender Start(ContenderSetup setup);
}
