namespace Sluice.Certificates.Dns;

/// <summary>A program that puts records into the DNS.</summary>
public sealed record ExecOptions
{
    private static readonly TimeSpan TimeLimitMax = TimeSpan.FromHours(1);

    /// <summary>The program: an absolute path, so that it doesn't depend on the search path.</summary>
    public required string Program { get; init; }

    /// <summary>What stands before the three arguments of each call.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Added to the environment of this process, such as credentials. Values are kept out of messages.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>When a call is ended, with all processes that it started: up to an hour.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What to wait for afterwards.</summary>
    public HookWait Wait { get; init; } = new();

    /// <summary>Says all that is wrong with them.</summary>
    /// <returns>Empty when they are good. Whether the program exists is seen when it is called.</returns>
    public IReadOnlyList<string> FindProblems()
    {
        List<string> problems = [.. Wait.FindProblems()];
        if (!Path.IsPathRooted(Program))
        {
            problems.Add($"the program is given by its whole path; `{Program}` is not one");
        }

        if (TimeLimit <= TimeSpan.Zero || TimeLimit > TimeLimitMax)
        {
            problems.Add("the time limit is more than 0 s and at most 1 h");
        }

        return problems;
    }

    /// <summary>Without the environment: a record would print it.</summary>
    public override string ToString() => Program;
}
