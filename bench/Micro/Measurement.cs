using System.Diagnostics;
using System.Globalization;

namespace Sluice.Bench.Micro;

/// <summary>Repeats an operation until its time is known, and prints a row.</summary>
internal static class Measurement
{
    private const int RoundCount = 7;
    private const int OperationsPerRound = 100_000;

    /// <summary>Prints the best round: the others were disturbed. The first ones are for the compiler, and discarded by taking the best.</summary>
    /// <param name="name">The row's name.</param>
    /// <param name="operation">Returns whether it did what it should; a program that measures failures stops.</param>
    internal static void Print(string name, Func<bool> operation)
    {
        double bestNanoseconds = double.MaxValue;
        double bytes = 0;
        for (int round = 0; round < RoundCount; round++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < OperationsPerRound; i++)
            {
                if (!operation())
                {
                    throw new InvalidOperationException($"{name} failed.");
                }
            }

            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / OperationsPerRound;
            bestNanoseconds = Math.Min(bestNanoseconds, elapsed.TotalNanoseconds / OperationsPerRound);

            // Background compilation has to be done before the last rounds.
            Thread.Sleep(100);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-36}{bestNanoseconds,10:F0}{bytes,10:F1}"));
    }
}
