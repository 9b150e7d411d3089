using System.Diagnostics;

namespace Sluice.Scenarios.RealPeers;

/// <summary>A program of the machine that a test needs. A test never skips because one is missing: it fails and says so.</summary>
internal static class Tool
{
    private static readonly TimeSpan RunMax = TimeSpan.FromSeconds(120);

    /// <summary>Where a program is.</summary>
    internal static string Find(string name)
    {
        string[] directories = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/usr/local/sbin", "/sbin"];
        string? path = directories.Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
        return path ?? throw new InvalidOperationException(
            $"This test needs {name}, which is not installed: `apt-get install {name}`, or run .ci/run, which installs it.");
    }

    /// <summary>Runs a program to its end.</summary>
    internal static Task<ToolResult> RunAsync(string name, params IReadOnlyList<string> arguments) => RunAsync(RunMax, name, arguments);

    /// <summary>Runs a program that may take longer than usual to its end.</summary>
    internal static async Task<ToolResult> RunAsync(TimeSpan max, string name, IReadOnlyList<string> arguments)
    {
        using Process process = Start(name, arguments);
        using var deadline = new CancellationTokenSource(max);
        Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return new ToolResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{name} {string.Join(' ', arguments)} did not end within {max.TotalSeconds} s");
        }
    }

    /// <summary>Starts a program.</summary>
    internal static Process Start(string name, IReadOnlyList<string> arguments)
    {
        var info = new ProcessStartInfo(Find(name), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(info) ?? throw new InvalidOperationException($"{name} did not start.");
    }
}
