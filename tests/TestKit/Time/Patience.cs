namespace Sluice.TestKit.Time;

/// <summary>How long a test waits for what must come. It only ends the wait for what doesn't; that nothing comes is for a test to show in a time of its own.</summary>
public static class Patience
{
    /// <summary>For one step. Far more than any takes, since a machine that is busy with other things may stand still for seconds.</summary>
    public static readonly TimeSpan PerStep = TimeSpan.FromSeconds(20);

    /// <summary>For all the steps of a test together, where they can't be told apart.</summary>
    public static readonly TimeSpan PerTest = TimeSpan.FromSeconds(60);
}
