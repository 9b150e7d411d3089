namespace Sluice.TestKit.Measuring;

/// <summary>
/// What code allocates on the thread that runs it, once it is warm. The runtime allocates there as well, once for a method that it compiles anew while it runs or for the
/// statics of a type, and on a busy machine it may do so in the middle of a measurement. What the code itself allocates comes back in each pass: so the best of several counts.
/// </summary>
public static class Allocations
{
    private const int PassesMax = 5;

    /// <summary>
    /// The bytes that a round allocates: those of the best of five passes, which come behind one pass of <paramref name="rounds"/> that warms up.
    /// The first pass within <paramref name="enough"/> is the last one.
    /// </summary>
    /// <remarks>
    /// Each pass has as many rounds as all that were before it. So what grows by doubling, such as a list to which each round adds, grows in each pass, too, and is found.
    /// </remarks>
    /// <param name="rounds">How many rounds the first pass has: at least 1.</param>
    /// <param name="run">A round. It gets a number that is one more each time, from 0.</param>
    /// <param name="enough">How many bytes a round may allocate.</param>
    public static double PerRound(int rounds, Action<int> run, double enough = 0)
    {
        int next = 0;
        Run(rounds);
        double best = double.MaxValue;
        for (int pass = 0; pass < PassesMax && best > enough; pass++)
        {
            int count = next;
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run(count);
            best = Math.Min(best, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)count);
        }

        return best;

        void Run(int count)
        {
            for (int end = next + count; next < end; next++)
            {
                run(next);
            }
        }
    }
}
