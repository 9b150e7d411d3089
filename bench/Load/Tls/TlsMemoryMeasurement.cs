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

    private const int Broken = 100_000;
    private const int Rotations = 1_000;

    // The first stage is for warming up: until then the collector has hardly collected, and the compiler not compiled for good. A leak grows on from stage to stage.
    private const int Stages = 4;

    // Memory swings with collections, by 10 MB and more: each stage is read several times.
    private const int ReadingsPerStage = 5;
    private const int LoadSeconds = 4;
    private const double IdleGoalBytes = 20 * 1024;
    private const double BrokenGrowthGoal = 1.05;

    // 8 KB for each, less than a certificate or a context of OpenSSL's. The collections that follow upon loads make resident memory swing by 15 MB.
    private const double RotationGrowthMax = 1.25;
    private const int FolderCount = 10_000;
    private const int FolderStarts = 3;
    private const double FolderGoalSeconds = 2;
    private const double FolderGoalBytes = 100e6;

    // Sluice gives freed memory back every 5 s.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(7);

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
                isMet &= options.Only is not (null or "folder") || await MeasureFolderAsync(sluice, setup, stop);
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
        Console.WriteLine($"{sample.Contender}, {connections.CountOpen()} idle connections over TLS: {sample.BytesPerConnection:0} bytes each{Goal(contender.Name, sample.BytesPerConnection, IdleGoalBytes)}");
        return contender.Name != SluiceProxy.PlainName || sample.BytesPerConnection <= IdleGoalBytes;
    }

    private static async Task<bool> MeasureBrokenAsync(SluiceProxy launcher, ContenderSetup setup, CancellationToken stop)
    {
        using Contender contender = launcher.Start(setup);
        await contender.WaitUntilReadyAsync(stop);
        return await MeasureGrowthAsync(contender, count => BrokenHandshakes.RunAsync(contender.Port, count, stop), Broken, "broken handshakes", BrokenGrowthGoal, stop);
    }

    private static async Task<bool> MeasureRotationAsync(SluiceProxy launcher, ContenderSetup setup, CancellationToken stop)
    {
        using Contender contender = launcher.Start(setup);
        await contender.WaitUntilReadyAsync(stop);
        CertificateFiles[] certificates = [.. Enumerable.Range(0, 8).Select(_ => CertificateFiles.Create(setup.Workspace, isRsa: false))];
        var load = new RotationLoad(contender, setup.Certificate!, certificates, LoadSeconds);
        bool isMet = await MeasureGrowthAsync(contender, count => load.RunAsync(count, stop), Rotations, "certificates exchanged", RotationGrowthMax, stop);
        Console.WriteLine($"{Rotations * Stages} certificates exchanged under {load.Handshakes} handshakes: {load.Failed} failed");
        return isMet && load.Failed == 0;
    }

    private static async Task<bool> MeasureGrowthAsync(Contender contender, Func<int, Task> load, int perStage, string what, double growthMax, CancellationToken stop)
    {
        var medians = new List<long>();
        long first = 0;
        for (int stage = 0; stage < Stages; stage++)
        {
            var readings = new List<long>();
            for (int i = 0; i < ReadingsPerStage; i++)
            {
                await load(perStage / ReadingsPerStage);
                await Task.Delay(Settle, stop);
                contender.ThrowIfEnded();
                readings.Add(ResidentMemory.Read(contender.ProcessId));
            }

            first = stage == 0 ? readings[0] : first;
            medians.Add(readings.Order().ElementAt(ReadingsPerStage / 2));
            string all = string.Join(' ', readings.Select(bytes => bytes >> 10));
            double growth = (double)medians[^1] / medians[0];
            Console.WriteLine($"{contender.Name}, {perStage * (stage + 1)} {what}: {medians[^1] >> 10} KB ({all}), {(double)medians[^1] / first:0.000} of the first reading, {growth:0.000} of the first stage{(stage == 0 ? "" : Goal(contender.Name, growth, growthMax))}");
        }

        return medians.TrueForAll(median => (double)median / medians[0] <= growthMax);
    }

    // Medians of a few starts.
    private static async Task<bool> MeasureFolderAsync(SluiceProxy launcher, ContenderSetup setup, CancellationToken stop)
    {
        CertificateFolder folder = CertificateFolder.Create(setup.Workspace, FolderCount);
        var seconds = new List<double>();
        var bytes = new List<double>();
        for (int i = 0; i < FolderStarts; i++)
        {
            (Contender contender, TimeSpan time) = folder.Start(launcher, setup);
            using (contender)
            {
                await Task.Delay(Settle, stop);
                seconds.Add(time.TotalSeconds);
                bytes.Add(ResidentMemory.Read(contender.ProcessId));
            }
        }

        double second = RatioSummary.Middle([.. seconds]);
        double resident = RatioSummary.Middle([.. bytes]);
        Console.WriteLine($"{launcher.Name}, a folder of {FolderCount} certificates: {second:0.00} s to the first answer{Goal(launcher.Name, second, FolderGoalSeconds)}");
        Console.WriteLine($"{launcher.Name}, a folder of {FolderCount} certificates: {resident / 1e6:0.0} MB{Goal(launcher.Name, resident, FolderGoalBytes)}");
        return second <= FolderGoalSeconds && resident <= FolderGoalBytes;
    }

    private static string Goal(string contender, double value, double goal) =>
        contender == SluiceProxy.PlainName ? $"; goal <= {goal}: {(value <= goal ? "met" : "MISSED")}" : "";
}
