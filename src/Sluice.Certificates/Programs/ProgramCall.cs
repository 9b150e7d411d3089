namespace Sluice.Certificates.Programs;

/// <summary>A program to be run, without a shell.</summary>
/// <param name="Program">Its path.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record ProgramCall(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Added to the environment of this process.</summary>
    internal IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What it reads from standard input; less than a pipe holds (64 KiB), so that writing never waits for it.</summary>
    internal string Input { get; init; } = "";

    /// <summary>When it is killed, with all processes that it started.</summary>
    internal required TimeSpan TimeLimit { get; init; }
}
