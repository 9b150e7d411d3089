using Sluice.Load.Driver;
using Sluice.Load.Processes;

namespace Sluice.Load.Rows;

/// <summary>One contender's run in one round.</summary>
/// <param name="Cpu">CPU time of the contender's processes during the run.</param>
/// <param name="Discarded">Why the run does not count; null when it does.</param>
/// <param name="Marks">What a reader should know about a run that counts.</param>
internal sealed record Sample(
    string Row, string Contender, int Round, WrkResult Load, CpuTime Cpu, string? Discarded, IReadOnlyList<string> Marks)
{
    public double CpuUs => Cpu.TotalNs / 1000 / Load.Requests;

    public double UserUs => Cpu.UserNs / 1000 / Load.Requests;

    public double SystemUs => Cpu.SystemNs / 1000 / Load.Requests;

    public double RequestsPerSecond => Load.RequestsPerSecond;

    /// <summary>Cores in use, 0 to the number of workers.</summary>
    public double Cores => Cpu.TotalNs / 1e9 / Load.Seconds;
}
