using System.Diagnostics;
using Sluice.Certificates.Dns;
using Sluice.TestKit.Time;
using Sluice.TestKit.Tools;

namespace Sluice.Certificates.Tests.Dns;

/// <summary>Real programs as hooks.</summary>
public sealed class ExecPublisherTests(BindFixture bind) : IClassFixture<BindFixture>, IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Hook_PublishAndRemove_GetsArgumentsAndEnvironment()
    {
        string program = _folder.WriteScript("hook", $"printf '%s|' \"$@\" \"$TOKEN\" >> {_folder.At("calls")}; read -r line; echo $? >> {_folder.At("calls")}");
        ExecPublisher publisher = Create(new ExecOptions
        {
            Program = program, Arguments = ["--zone", "a b;$(id)"], Environment = new Dictionary<string, string> { ["TOKEN"] = "secret" },
        });

        await publisher.PublishAsync("_acme-challenge.a.test", "-value", default);
        await publisher.RemoveAsync("_acme-challenge.a.test", "-value", default);

        // Standard input is at its end: reading from it fails instead of waiting.
        Assert.Equal(
            "--zone|a b;$(id)|present|_acme-challenge.a.test.|-value|secret|1\n--zone|a b;$(id)|cleanup|_acme-challenge.a.test.|-value|secret|1\n",
            File.ReadAllText(_folder.At("calls")));
    }

    [Fact]
    public async Task Hook_Fails_OutputIsInTheMessageAndSecretsAreNot()
    {
        string program = _folder.WriteScript("hook", "echo first; echo \"401: $TOKEN is not valid\" >&2; exit 3");
        ExecPublisher publisher = Create(new ExecOptions { Program = program, Environment = new Dictionary<string, string> { ["TOKEN"] = "top-secret" } });

        var exception = await Assert.ThrowsAsync<CertificateException>(() => publisher.PublishAsync("_acme-challenge.a.test", "value", default));

        Assert.StartsWith($"{program} present _acme-challenge.a.test ended with 3: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("first", exception.Message, StringComparison.Ordinal);
        Assert.Contains("401: *** is not valid", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("top-secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hook_WritesWithoutEnd_OnlyTheLastIsKept()
    {
        string program = _folder.WriteScript("hook", "head -c 10000000 /dev/zero | tr '\\0' x; echo END; exit 1");

        var exception = await Assert.ThrowsAsync<CertificateException>(
            () => Create(new ExecOptions { Program = program }).PublishAsync("_acme-challenge.a.test", "value", default));

        Assert.EndsWith("xEND", exception.Message, StringComparison.Ordinal);
        Assert.InRange(exception.Message.Length, 1_000, 4_000);
    }

    [Fact]
    public async Task Hook_TakesTooLong_IsKilledWithItsChildren()
    {
        string program = _folder.WriteScript("hook", $"echo begun; sleep 300 & echo $! > {_folder.At("child")}; wait");
        ExecPublisher publisher = Create(new ExecOptions { Program = program, TimeLimit = TimeSpan.FromSeconds(5) });

        var exception = await Assert.ThrowsAsync<CertificateException>(() => publisher.RemoveAsync("_acme-challenge.a.test", "value", default));

        Assert.EndsWith("cleanup _acme-challenge.a.test didn't end within 5 s and was killed: begun", exception.Message, StringComparison.Ordinal);
        await WaitForEndAsync(int.Parse(File.ReadAllText(_folder.At("child"))));
    }

    [Fact]
    public async Task Hook_LeavesAProcessBehind_IsNotWaitedFor()
    {
        string program = _folder.WriteScript("hook", $"sleep 300 & echo $! > {_folder.At("child")}; exit 0");
        long start = Stopwatch.GetTimestamp();

        await Create(new ExecOptions { Program = program }).PublishAsync("_acme-challenge.a.test", "value", default);

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        using Process child = Process.GetProcessById(int.Parse(File.ReadAllText(_folder.At("child"))));
        child.Kill();
    }

    [Fact]
    public async Task Hook_Cancelled_IsKilled()
    {
        using var cancelled = new CancellationTokenSource();
        string program = _folder.WriteScript("hook", $"echo $$ > {_folder.At("new")}; mv {_folder.At("new")} {_folder.At("self")}; exec sleep 300");
        Task publishing = Create(new ExecOptions { Program = program }).PublishAsync("_acme-challenge.a.test", "value", cancelled.Token);
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        while (!File.Exists(_folder.At("self")))
        {
            await Task.Delay(10, deadline.Token);
        }

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
        await WaitForEndAsync(int.Parse(File.ReadAllText(_folder.At("self"))));
    }

    [Fact]
    public async Task Hook_NoSuchProgram_SaysSo()
    {
        var exception = await Assert.ThrowsAsync<CertificateException>(
            () => Create(new ExecOptions { Program = _folder.At("none") }).PublishAsync("_acme-challenge.a.test", "value", default));

        Assert.StartsWith($"{_folder.At("none")} present _acme-challenge.a.test can't be run: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hook_WithServersToAsk_IsWaitedForUntilTheyShowIt()
    {
        string program = _folder.WriteScript("hook", $$"""
            (sleep 0.3; printf 'server 127.0.0.1 {{bind.Server.EndPoint.Port}}\nupdate add %s 60 TXT %s\nsend\n' "$2" "$3" |
                nsupdate -y "hmac-sha256:{{TestKit.Dns.DnsServer.KeyFor("hmac-sha256")}}:{{TestKit.Dns.DnsServer.Secret}}") > {{_folder.At("log")}} 2>&1 &
            """);
        ExecPublisher publisher = Create(new ExecOptions { Program = program, Wait = new HookWait { Servers = [bind.Server.EndPoint.ToString()] } });

        await publisher.PublishAsync("_acme-challenge.hook.example.test", "value", default);

        Assert.Equal(["value"], await bind.Server.FindTextsAsync("_acme-challenge.hook.example.test"));
    }

    [Fact]
    public async Task Hook_RecordNeverVisible_Fails()
    {
        string program = _folder.WriteScript("hook", "exit 0");
        var wait = new HookWait { Servers = [bind.Server.EndPoint.ToString()], Timeout = TimeSpan.FromSeconds(1) };

        var exception = await Assert.ThrowsAsync<CertificateException>(
            () => Create(new ExecOptions { Program = program, Wait = wait }).PublishAsync("_acme-challenge.never.example.test", "value", default));

        Assert.Contains("is not visible at", exception.Message, StringComparison.Ordinal);
    }

    private static ExecPublisher Create(ExecOptions options) => new(options, TimeProvider.System);

    private static async Task WaitForEndAsync(int processId)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);

        // One that ended and that nobody asked about yet is a zombie, whose command line is empty.
        while (File.Exists($"/proc/{processId}/cmdline") && (await ReadCommandLineAsync(processId)).Length > 0)
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    private static async Task<string> ReadCommandLineAsync(int processId)
    {
        try
        {
            return await File.ReadAllTextAsync($"/proc/{processId}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
