namespace Sluice.Load.Processes;

/// <summary>CPU time in nanoseconds. The total is exact; its split follows the kernel's ticks.</summary>
internal readonly record struct CpuTime(double TotalNs, double UserNs, double SystemNs);
