using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Sluice.TestKit.Time;

/// <summary>How long a test waits for what must come. It only ends the wait for what doesn't; that nothing comes is for a test to show in a time of its own.</summary>
public static class Patience
{
    /// <summary>For one step. Far more than any takes, since a machine that is busy with other things may stand still for seconds.</summary>
    public static readonly TimeSpan PerStep = TimeSpan.FromSeconds(20);

    /// <summary>For all the steps of a test together, where they can't be told apart.</summary>
    public static readonly TimeSpan PerTest = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until something holds that nothing tells of, for a step's time.</summary>
    /// <param name="holds">Whether it does.</param>
    /// <param name="what">What that is; the words of the question by itself.</param>
    /// <exception cref="TimeoutException">It didn't come to that.</exception>
    public static Task UntilAsync(Func<bool> holds, [CallerArgumentExpression(nameof(holds))] string what = "") => UntilAsync(() => Task.FromResult(holds()), what);

    /// <summary>The same for what has to be asked for.</summary>
    /// <exception cref="TimeoutException">It didn't come to that.</exception>
    public static async Task UntilAsync(Func<Task<bool>> holds, [CallerArgumentExpression(nameof(holds))] string what = "")
    {
        long start = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(start) > PerStep)
            {
                throw new TimeoutException($"Not within {PerStep.TotalSeconds} s: {what}");
            }

            await Task.Delay(Poll);
        }
    }
}
