using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Sluice.Cli.Tests;

/// <summary>The program under test, run as a user runs it: arguments, signals, output, exit code.</summary>
internal sealed class SluiceProcess : IDisposable
{
    // A machine that builds at the same time can be slow to start a process.
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(60);

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "sluice");

    private readonly Process _process;
    private readonly List<string> _errorLines = [];
    private readonly Task<string> _output;

    private SluiceProcess(Process process, string controlSocket)
    {
        _process = process;
        ControlSocket = controlSocket;
        _output = process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>What it wrote to standard error up to now, as far as it was waited for.</summary>
    internal IReadOnlyList<string> ErrorLines => _errorLines;

    /// <summary>The control socket it has unless its configuration says otherwise; its own, so that tests can run beside each other.</summary>
    internal string ControlSocket { get; }

    /// <summary>Its number.</summary>
    internal int Id => _process.Id;

    /// <summary>Starts the program.</summary>
    internal static SluiceProcess Start(params string[] arguments) => StartIn(Path.GetTempPath(), arguments);

    /// <summary>Starts the program in a folder.</summary>
    internal static SluiceProcess StartIn(string folder, params string[] arguments) =>
        Start(folder, NewControlSocket(), arguments);

    /// <summary>Starts the program with a control socket.</summary>
    internal static SluiceProcess StartWith(string controlSocket, params string[] arguments) => Start(Path.GetTempPath(), controlSocket, arguments);

    /// <summary>Starts the program with a limit of file descriptors.</summary>
    internal static SluiceProcess StartWithin(int descriptors, params string[] arguments) => Start(
        Path.GetTempPath(), NewControlSocket(), "sh", ["-c", $"ulimit -n {descriptors}; exec \"$0\" \"$@\"", Program, .. arguments]);

    private static string NewControlSocket() => Path.Combine(Path.GetTempPath(), $"sl{Guid.NewGuid():N}.sock");

    private static SluiceProcess Start(string folder, string controlSocket, string[] arguments) => Start(folder, controlSocket, Program, arguments);

    private static SluiceProcess Start(string folder, string controlSocket, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["SLUICE_SOCKET"] = controlSocket;
        return new SluiceProcess(Process.Start(start)!, controlSocket);
    }

    /// <summary>Runs the program to its end.</summary>
    internal static async Task<ProcessResult> RunAsync(params string[] arguments)
    {
        using SluiceProcess process = Start(arguments);
        return await process.WaitForExitAsync();
    }

    /// <summary>Reads standard error up to a line that contains a text.</summary>
    internal async Task<string> WaitForErrorLineAsync(string text)
    {
        using var deadline = new CancellationTokenSource(TimeMax);
        while (await _process.StandardError.ReadLineAsync(deadline.Token) is { } line)
        {
            _errorLines.Add(line);
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"It ended without saying '{text}', but: {string.Join('\n', _errorLines)}");
    }

    /// <summary>The same, unless such a line was read already: what is said in the background may come before the banner.</summary>
    internal async Task ExpectErrorLineAsync(string text)
    {
        if (!_errorLines.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            await WaitForErrorLineAsync(text);
        }
    }

    /// <summary>Waits for the banner.</summary>
    /// <returns>The first IP address that it listens on.</returns>
    internal async Task<IPEndPoint> WaitForListenerAsync()
    {
        string line = await WaitForErrorLineAsync("listening");
        await WaitForErrorLineAsync("serving");
        return IPEndPoint.Parse(Regex.Match(line, "https?://([^ ,]+)").Groups[1].Value);
    }

    /// <summary>Waits for the banner of one that has two listeners, and returns both.</summary>
    internal async Task<(IPEndPoint First, IPEndPoint Second)> WaitForBothListenersAsync()
    {
        string line = await WaitForErrorLineAsync("listening");
        await WaitForErrorLineAsync("serving");
        IPEndPoint[] found = [.. Regex.Matches(line, "https?://([^ ,]+)").Select(match => IPEndPoint.Parse(match.Groups[1].Value))];
        return (found[0], found[1]);
    }

    /// <summary>Sends a signal, by its name without SIG.</summary>
    internal async Task SignalAsync(string name)
    {
        using Process kill = Process.Start("sh", ["-c", $"kill -{name} {_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for the end.</summary>
    internal async Task<ProcessResult> WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(TimeMax);
        string rest = await _process.StandardError.ReadToEndAsync(deadline.Token);
        await _process.WaitForExitAsync(deadline.Token);
        string error = string.Concat(_errorLines.Select(line => line + "\n")) + rest;
        return new ProcessResult(_process.ExitCode, await _output, error);
    }

    /// <summary>Ends it if a test left it running.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();

        // Left behind by one that was killed.
        File.Delete(ControlSocket);
    }

    /// <summary>Ends it without warning.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Runs a command that talks to this instance.</summary>
    internal Task<ProcessResult> AskAsync(params string[] arguments) => RunAsync([.. arguments, "--socket", ControlSocket]);
}
