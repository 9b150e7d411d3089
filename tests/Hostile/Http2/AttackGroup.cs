namespace Sluice.Hostile.Http2;

/// <summary>
/// Tests that keep the machine busy: one after the other, and none beside them, for what they measure - latencies, memory, who closed first - is
/// also their neighbours'.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AttackGroup
{
    internal const string Name = "attacks over HTTP/2";
}
