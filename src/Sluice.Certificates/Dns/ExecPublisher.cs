using System.ComponentModel;
using System.Diagnostics;
using Sluice.Certificates.Dns.Hooks;

namespace Sluice.Certificates.Dns;

/// <summary>
/// Has a program put records into the DNS. It is called, without a shell, as <c>PROGRAM [ARGUMENTS] present|cleanup NAME VALUE</c>, the name with
/// its final dot: what programs for the <c>exec</c> provider of lego expect. 0 means that it is done; what it writes goes into the message of a
/// failure. Any thread; the program has to bear being called for several names at once.
/// </summary>
public sealed class ExecPublisher : IDnsPublisher
{
    // For output that is still in the pipe, when a process that the program left behind keeps it open.
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(1);

    private readonly ExecOptions _options;
    private readonly TimeProvider _time;
    private readonly HookVisibility _visibility;

    /// <summary>Makes one; nothing runs yet.</summary>
    /// <exception cref="ArgumentException">The options are wrong: see <see cref="ExecOptions.FindProblems"/>.</exception>
    public ExecPublisher(ExecOptions options, TimeProvider time)
    {
        IReadOnlyList<string> problems = options.FindProblems();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        }

        _options = options;
        _time = time;
        _visibility = new HookVisibility(options.Wait, time);
    }

    /// <inheritdoc/>
    public async Task PublishAsync(string name, string value, CancellationToken ct)
    {
        await RunAsync("present", name, value, ct);
        await _visibility.WaitAsync(name, value, ct);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string name, string value, CancellationToken ct) => RunAsync("cleanup", name, value, ct);

    private async Task RunAsync(string action, string name, string value, CancellationToken ct)
    {
        using Process process = Start(action, name, value);
        process.StandardInput.Close();
        var tail = new OutputTail();
        using var reading = new CancellationTokenSource();
        Task output = Task.WhenAll(tail.ReadAsync(process.StandardOutput, reading.Token), tail.ReadAsync(process.StandardError, reading.Token));
        using var limit = new CancellationTokenSource(_options.TimeLimit, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        string? problem = null;
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            problem = process.ExitCode == 0 ? null : $"ended with {process.ExitCode}";
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            problem = $"didn't end within {_options.TimeLimit.TotalSeconds:0.#} s and was killed";
        }
        finally
        {
            await Task.WhenAny(output, Task.Delay(OutputGrace, CancellationToken.None));
            await reading.CancelAsync();
            await output.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (problem is not null)
        {
            string said = SecretText.Clean(tail.Text, _options.Environment.Values);
            throw new CertificateException($"{_options.Program} {action} {name} {problem}{(said.Length > 0 ? $": {said}" : "")}");
        }
    }

    private Process Start(string action, string name, string value)
    {
        var start = new ProcessStartInfo(_options.Program, [.. _options.Arguments, action, name + ".", value])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string variable, string text) in _options.Environment)
        {
            start.Environment[variable] = text;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new CertificateException($"{_options.Program} can't be run: {exception.Message}", exception);
        }
    }
}
