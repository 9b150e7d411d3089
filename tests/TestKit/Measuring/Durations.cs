using System.Globalization;

namespace Sluice.TestKit.Measuring;

/// <summary>
/// How long code takes, for tests that nothing takes far too long: in time of the processor, and not by the clock, since a machine that does other things makes seconds of milliseconds.
/// </summary>
public static class Durations
{
    private const int RunsMax = 3;

    // The kernel's unit for user space, whatever its own is.
    private const int TicksPerSecond = 100;

    // User and system time, counted behind the name of the thread, which is in parentheses (proc_pid_stat(5)).
    private const int UserTime = 11;
    private const int SystemTime = 12;

    /// <summary>How long the processor was at the current thread so far, in steps of 10 ms. It can't be more than what the clock shows.</summary>
    public static TimeSpan ThreadTime
    {
        get
        {
            string line = File.ReadAllText("/proc/thread-self/stat");
            string[] fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            long ticks = long.Parse(fields[UserTime], CultureInfo.InvariantCulture) + long.Parse(fields[SystemTime], CultureInfo.InvariantCulture);
            return TimeSpan.FromTicks(ticks * TimeSpan.TicksPerSecond / TicksPerSecond);
        }
    }

    /// <summary>
    /// The shortest time of up to three runs; the first within <paramref name="enough"/> is the last one. Several, since a processor that is shared with other machines counts some of their time.
    /// </summary>
    /// <param name="run">What is measured; on this thread.</param>
    /// <param name="enough">What it may take: far more than it does, and far less than what the test guards against.</param>
    public static TimeSpan BestOf(Action run, TimeSpan enough)
    {
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < RunsMax && best > enough; i++)
        {
            TimeSpan start = ThreadTime;
            run();
            TimeSpan time = ThreadTime - start;
            best = time < best ? time : best;
        }

        return best;
    }
}
