using Sluice.Config.Certificates;
using Sluice.Config.Linting;

namespace Sluice.Config.Tests;

/// <summary>What reading very many certificates takes. Alone, since memory is that of the process, and disks and cores are those of all tests.</summary>
[Collection(nameof(CertificateLoadTests))]
[CollectionDefinition(nameof(CertificateLoadTests), DisableParallelization = true)]
public sealed class CertificateLoadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sl").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The bound is far from what it takes, and of the processor's time, so that a busy machine doesn't fail it; an implementation that is quadratic does.
    [Fact]
    public void ReadAll_TenThousandPairs_IsFastAndSmall()
    {
        const int count = 100;
        string shared = Path.Combine(RepositoryFiles.Root, "tests", "Sluice.Config.Tests", "Certificates");
        DirectoryInfo real = Directory.CreateDirectory(Path.Combine(_folder, "real"));
        for (int i = 0; i < count; i++)
        {
            File.Copy(Path.Combine(shared, "self.pem"), Path.Combine(real.FullName, $"{i}.pem"));
            File.Copy(Path.Combine(shared, "self.key"), Path.Combine(real.FullName, $"{i}.key"));
            Directory.CreateSymbolicLink(Path.Combine(_folder, $"{i}"), real.FullName);
        }

        // Each file under a hundred names, since making so many takes far longer than reading them.
        List<CertificateFiles> files =
        [
            .. from folder in Enumerable.Range(0, count)
               from file in Enumerable.Range(0, count)
               let path = Path.Combine(_folder, $"{folder}", $"{file}")
               select new CertificateFiles($"{path}.pem", $"{path}.key"),
        ];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        TimeSpan start = Environment.CpuUsage.TotalTime;

        IReadOnlyList<CertificateReading> readings = new CertificateReader().ReadAll(files);

        TimeSpan time = Environment.CpuUsage.TotalTime - start;
        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.All(readings, reading => Assert.NotNull(reading.Plan));
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.InRange(bytes, long.MinValue, 100_000_000);
        Console.WriteLine($"{files.Count} certificates: {time.TotalMilliseconds:F0} ms, {bytes / 1_000_000.0:F1} MB");
    }
}
