namespace Sluice.Load.Processes;

/// <summary>
/// The CPU time that a process tree has used up to now. Two sources: /proc/PID/task/TID/schedstat counts nanoseconds but forgets
/// threads that end; /proc/PID/stat remembers them but counts in ticks of 10 ms and gives the split into user and system.
/// </summary>
internal sealed class CpuReading
{
    private const double TickNs = 10_000_000;

    /// <summary>Beyond this the two sources differ by more than rounding: threads ended in between.</summary>
    private const double RoundingNs = 60_000_000;

    private readonly Dictionary<int, long> _threadNs = [];
    private double _userNs;
    private double _systemNs;

    private CpuReading()
    {
    }

    public static CpuReading Take(int rootId)
    {
        var reading = new CpuReading();
        foreach (int id in ProcessTree.Of(rootId))
        {
            reading.AddProcess(id);
        }

        return reading;
    }

    public CpuTime Since(CpuReading earlier)
    {
        double exact = _threadNs.Sum(thread => thread.Value - earlier._threadNs.GetValueOrDefault(thread.Key));
        double user = _userNs - earlier._userNs;
        double system = _systemNs - earlier._systemNs;
        double ticks = user + system;
        double total = ticks - exact > RoundingNs ? ticks : exact;
        double userShare = ticks > 0 ? user / ticks : 0;
        return new CpuTime(total, total * userShare, total * (1 - userShare));
    }

    private void AddProcess(int id)
    {
        if (!ProcessStat.TryRead($"/proc/{id}/stat", out ProcessStat stat))
        {
            return;
        }

        _userNs += stat.UserTicks * TickNs;
        _systemNs += stat.SystemTicks * TickNs;
        foreach (string task in Directory.EnumerateDirectories($"/proc/{id}/task"))
        {
            _threadNs[int.Parse(Path.GetFileName(task))] = ReadThreadNs(task);
        }
    }

    /// <summary>Zero for a thread that is gone by now: its time is then missing here and the ticks decide.</summary>
    private static long ReadThreadNs(string task)
    {
        try
        {
            return long.Parse(File.ReadAllText(task + "/schedstat").Split(' ')[0]);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
