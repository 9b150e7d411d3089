using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sluice.Proxy.Caching.Disk;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.DiskHost;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Disk;

/// <summary>A program that stores objects is killed at random moments, again and again; what it leaves is whole, and all that it was told of.</summary>
public sealed class DiskCrashTests : IDisposable
{
    private const int Kills = 8;
    private const int VersionsPerRun = 1_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly DiskFixture _disk = new(opens: false);
    private readonly Dictionary<int, StoredVersion> _told = [];
    private readonly Dictionary<int, long> _gone = [];

    [Fact]
    public async Task Process_KilledWhileItStores_LeavesOnlyWhatIsWhole()
    {
        var random = new Random(7);
        int found = 0;
        for (int run = 0; run < Kills; run++)
        {
            await RunAsync(run * VersionsPerRun, random.Next(1, 150));
            _disk.Reopen();
            Assert.Empty(_disk.TempFiles());
            Assert.Equal(0, _disk.Tier.Totals.Damaged);
            found += await CheckAsync();
            _disk.Close();
        }

        Assert.True(found > Kills);
    }

    public void Dispose() => _disk.Dispose();

    // Kills it after so many lines, wherever it is then.
    private async Task RunAsync(long first, int lines)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Sluice.Proxy.DiskHost.dll"));
        start.ArgumentList.Add(_disk.Folder);
        start.ArgumentList.Add(first.ToString(CultureInfo.InvariantCulture));
        using Process host = Process.Start(start)!;
        for (int i = 0; await host.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line; i++)
        {
            Note(line);
            if (i == lines)
            {
                host.Kill();
            }
        }

        Assert.True(host.WaitForExit(Patience));
    }

    private void Note(string line)
    {
        if (!line.StartsWith('g'))
        {
            var stored = StoredVersion.Parse(line);
            _told[stored.Number] = stored;
            return;
        }

        string[] words = line.Split(' ');
        int number = int.Parse(words[1], CultureInfo.InvariantCulture);
        _told.Remove(number);
        if (words[0] == "gone")
        {
            _gone[number] = long.Parse(words[2], CultureInfo.InvariantCulture);
        }
    }

    private async Task<int> CheckAsync()
    {
        int found = 0;
        for (int number = 0; number < 40; number++)
        {
            ITierObject? stored = await _disk.FindAsync(StoredVersion.Key(number));
            if (stored is null)
            {
                Assert.False(_told.ContainsKey(number), $"{number} was stored and is not there.");
                continue;
            }

            found++;
            StoredVersion version = StoredVersion.Parse(Encoding.ASCII.GetString(stored.Head));
            Assert.Equal(number, version.Number);
            Assert.True(version.Version > _gone.GetValueOrDefault(number, -1), $"{version} was removed.");
            StoredVersion told = _told.GetValueOrDefault(number, version);
            Assert.True((version.Version, version.Refreshed).CompareTo((told.Version, told.Refreshed)) >= 0, $"{version} is older than {told}.");
            byte[]? content = await DiskFixture.ReadAsync(stored);
            Assert.True(version.Content().AsSpan().SequenceEqual(content));
            stored.Release();
        }

        Assert.Equal(found, _disk.Tier.Totals.Objects);
        return found;
    }
}
