using System.Diagnostics;
using Sluice.Load.Contenders;
using Sluice.Load.Memory;
using Sluice.Load.Processes;
using Sluice.Load.Reports;
using Sluice.Load.Rows;

namespace Sluice.Load.Tls;

/// <summary>`tls-memory`: what an idle connection over TLS costs, and what handshakes that fail and certificates that are exchanged leave behind.</summary>
internal static class TlsMemoryMeasurement
{
    private const int IdleCount = 5_000;
    private const int WarmBroken = 30_000;
    private const int Broken = 100_000;
    private const int WarmRotations = 200;
    private const int Rotations = 1_000;
    private const double IdleGoalBytes = 20 * 1024;
    private const double GrowthGoal = 1.05;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);

    public static async Task<int> RunAsync(BenchOptions options, CancellationToken stop)
    {
        using var workspace = new Workspace();
        Console.WriteLine(await MachineReport.DescribeAsync(stop));
        IReadOnlyList<IContenderLauncher> field = [.. (await Field.PrepareAsync(options, workspace, stop)).Where(launcher => launcher is not HaproxyProxy)];
        using Contender origin = Origin.Start(workspace, 1, null);
        await origin.WaitUntilReadyAsync(stop);
        bool isMet = true;
        foreach (IContenderLauncher launcher in field)
        {
            var setup = new ContenderSetup(workspace, origin.Port, 1, null) { Certificate = CertificateFiles.Create(workspace, isRsa: false) };
            isMet &= options.Only is not (null or "idle") || await MeasureIdleAsync(launcher, setup, stop);
            if (launcher is SluiceProxy sluice)
            {
                isMet &= options.Only is not (null or "broken") || await MeasureBrokenAsync(sluice, setup, stop);
                isMet &= options.Only is not (null or "rotation") || await MeasureRotationAsync(sluice, setup, stop);
            }
        }

        return isMet ? 0 : 1;
    }

    private static async Task<bool> MeasureIdleAsync(IContenderLauncher launcher, ContenderSetup setup, CancellationToken stop)
    {
        using Contender contender = launcher.Start(setup);
        await contender.WaitUntilReadyAsync(stop);
        await HandshakeCommand.RunChildAsync(contender.Port, 5, HandshakeKind.Full, null, stop);
        await Task.Delay(Settle, stop);
        long before = ResidentMemory.Read(contender.ProcessId);
        using var connections = new IdleTlsConnections();
        connections.Open(contender.Port, IdleCount);
        await Task.Delay(Settle, stop);
        var sample = new MemorySample(contender.Name, "idle over TLS", IdleCount, before, ResidentMemory.Read(contender.ProcessId));
        Console.WriteLine($"{sample.Contender}, {connections.CountOpen()} idle connections over TLS: {sample.BytesPerConnection:0} bytes each{Goal(contender, sample.BytesPerConnection, IdleGoalBytes)}");
        return contender.Name != SluiceProxy.PlainName || sample.BytesPerConnection <= IdleGoalBytes;
    }

    private static async Task<bool> MeasureBrokenAsync(SluiceProxy launcher, ContenderSetup setup, CancellationToken stop)
    {
        using Contender contender = launcher.Start(setup);
        await contender.WaitUntilReadyAsync(stop);
        await BrokenHandshakes.RunAsync(contender.Port, WarmBroken, stop);
        await Task.Delay(Settle, stop);
        long before = ResidentMemory.Read(contender.ProcessId);
        await BrokenHandshakes.RunAsync(contender.Port, Broken, stop);
        await Task.Delay(Settle, stop);
        contender.ThrowIfEnded();
        return Report(contender, $"{Broken} broken handshakes", before);
    }

    // The certificate's files are exchanged, and a signal sent; the next is exchanged when handshakes show the last one.
    private static async Task<bool> MeasureRotationAsync(SluiceProxy launcher, ContenderSetup setup, CancellationToken stop)
    {
        using Contender contender = launcher.Start(setup);
        await contender.WaitUntilReadyAsync(stop);
        CertificateFiles[] certificates = [.. Enumerable.Range(0, 8).Select(_ => CertificateFiles.Create(setup.Workspace, isRsa: false))];
        await RotateAsync(contender, setup.Certificate!, certificates, WarmRotations, stop);
        long before = ResidentMemory.Read(contender.ProcessId);

        long start = Stopwatch.GetTimestamp();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<Driver.WrkResult> load = HandshakeCommand.RunChildAsync(contender.Port, 110, HandshakeKind.Full, null, stop);
        await RotateAsync(contender, setup.Certificate!, certificates, Rotations, stop);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Driver.WrkResult result = await load;
        await Task.Delay(Settle, stop);
        Console.WriteLine($"{Rotations} certificates exchanged in {seconds:0} s under {result.Requests} handshakes: {result.SocketErrors + result.StatusErrors} failed");
        return Report(contender, $"{Rotations} certificates exchanged", before) && result.SocketErrors + result.StatusErrors == 0;
    }

    private static async Task RotateAsync(Contender contender, CertificateFiles served, CertificateFiles[] others, int count, CancellationToken stop)
    {
        for (int i = 0; i < count; i++)
        {
            CertificateFiles next = others[i % others.Length];
            File.Copy(next.Certificate, served.Certificate + ".new", overwrite: true);
            File.Copy(next.Key, served.Key + ".new", overwrite: true);
            File.Move(served.Key + ".new", served.Key, overwrite: true);
            File.Move(served.Certificate + ".new", served.Certificate, overwrite: true);
            using Process signal = Process.Start("kill", ["-HUP", $"{contender.ProcessId}"]);
            await signal.WaitForExitAsync(stop);
            await ShownCertificate.WaitForAsync(contender.Port, next.Certificate, stop);
        }
    }

    private static bool Report(Contender contender, string what, long before)
    {
        long after = ResidentMemory.Read(contender.ProcessId);
        double growth = (double)after / before;
        Console.WriteLine($"{contender.Name}, {what}: {before >> 10} KB before, {after >> 10} KB after, {growth:0.000}{Goal(contender, growth, GrowthGoal)}");
        return growth <= GrowthGoal;
    }

    private static string Goal(Contender contender, double value, double goal) =>
        contender.Name == SluiceProxy.PlainName ? $"; goal <= {goal}: {(value <= goal ? "met" : "MISSED")}" : "";
}
