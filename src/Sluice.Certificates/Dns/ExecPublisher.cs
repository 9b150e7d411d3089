using Sluice.Certificates.Dns.Hooks;
using Sluice.Certificates.Programs;

namespace Sluice.Certificates.Dns;

/// <summary>
/// Has a program put records into the DNS. It is called, without a shell, as <c>PROGRAM [ARGUMENTS] present|cleanup NAME VALUE</c>, the name with
/// its final dot: what programs for the <c>exec</c> provider of lego expect. 0 means that it is done; what it writes goes into the message of a
/// failure. Any thread; the program has to bear being called for several names at once.
/// </summary>
public sealed class ExecPublisher : IDnsPublisher
{
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
        var call = new ProgramCall(_options.Program, [.. _options.Arguments, action, name + ".", value])
        {
            Environment = _options.Environment,
            TimeLimit = _options.TimeLimit,
        };
        ProgramRun run = await ProgramRun.RunAsync(call, _time, ct);
        if (run.Problem is { } problem)
        {
            string said = SecretText.Clean(run.Output, _options.Environment.Values);
            throw new CertificateException($"{_options.Program} {action} {name} {problem}{(said.Length > 0 ? $": {said}" : "")}");
        }
    }
}
