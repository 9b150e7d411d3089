using System.Diagnostics;
using Sluice.Certificates.Storage;
using Sluice.Certificates.Timing;
using Sluice.TestKit.Time;

namespace Sluice.Certificates.Tests.Storage;

public sealed class FileLocksTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly WorkClock _clock;

    public FileLocksTests() => _clock = new WorkClock(_time);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lock_ThatIsHeld_IsHadByNobodyElseUntilItIsGivenBack()
    {
        var here = new FileLocks(_clock, HolderIdentity.OfThisProcess());
        FileLocks there = Machine("there");
        IAsyncDisposable? held = await here.TryAcquireAsync(_folder["a.lock"], default);

        Assert.NotNull(held);
        Assert.Null(await there.TryAcquireAsync(_folder["a.lock"], default));
        Assert.Null(await here.TryAcquireAsync(_folder["a.lock"], default));
        await using IAsyncDisposable? other = await there.TryAcquireAsync(_folder["b.lock"], default);
        Assert.NotNull(other);

        await held.DisposeAsync();
        await using IAsyncDisposable? next = await there.TryAcquireAsync(_folder["a.lock"], default);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Lock_OfAHolderThatLives_IsNeverTakenOverWhateverTheClocksSay()
    {
        await using IAsyncDisposable? held = await Machine("here").TryAcquireAsync(_folder["a.lock"], default);
        FileLocks there = Machine("there");
        Assert.NotNull(held);

        for (int round = 0; round < 200; round++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await _clock.WhenIdleAsync();
            Assert.Null(await there.TryAcquireAsync(_folder["a.lock"], default));
        }
    }

    [Theory]
    [InlineData("2020-01-01T00:00:00Z")]
    [InlineData("2040-01-01T00:00:00Z")]
    public async Task Lock_OfAHolderThatDiedElsewhere_IsTakenOverAfterAWhile(string heartbeat)
    {
        string content = $$"""{"id":"x","machine":"other","host":"another","process":1,"started":"1","heartbeat":"{{heartbeat}}"}""";
        await File.WriteAllTextAsync(_folder["a.lock"], content);
        FileLocks here = Machine("here");

        Assert.Null(await here.TryAcquireAsync(_folder["a.lock"], default));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(await here.TryAcquireAsync(_folder["a.lock"], default));
        _time.Advance(TimeSpan.FromSeconds(5));
        await using IAsyncDisposable? held = await here.TryAcquireAsync(_folder["a.lock"], default);

        Assert.NotNull(held);
        Assert.Equal([_folder["a.lock"]], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Lock_WithAnEmptyFile_IsTakenOverAfterAWhile()
    {
        await File.WriteAllTextAsync(_folder["a.lock"], "");
        FileLocks here = Machine("here");

        Assert.Null(await here.TryAcquireAsync(_folder["a.lock"], default));
        _time.Advance(TimeSpan.FromSeconds(35));
        await using IAsyncDisposable? held = await here.TryAcquireAsync(_folder["a.lock"], default);
        Assert.NotNull(held);
    }

    [Fact]
    public async Task Lock_OfAProcessThatEnded_IsTakenOverAtOnce()
    {
        HolderIdentity self = HolderIdentity.OfThisProcess();
        using Process process = Process.Start("true");
        await process.WaitForExitAsync();
        LockRecord ended = new("x", "here", self with { ProcessId = process.Id, StartTicks = "1" }, _clock.Now);
        await File.WriteAllBytesAsync(_folder["a.lock"], ended.Write());

        await using IAsyncDisposable? held = await new FileLocks(_clock, self).TryAcquireAsync(_folder["a.lock"], default);

        Assert.NotNull(held);
        Assert.False(self.HasEnded(self));
        Assert.True((self with { StartTicks = "1" }).HasEnded(self));
        Assert.False((self with { StartTicks = "1", Host = "elsewhere" }).HasEnded(self));
    }

    [Fact]
    public async Task Lock_ThatWasTakenOver_IsNotGivenBackByItsOldHolder()
    {
        IAsyncDisposable? held = await Machine("here").TryAcquireAsync(_folder["a.lock"], default);
        Assert.NotNull(held);
        LockRecord other = new("y", "there", new HolderIdentity("there", 1, "1"), _clock.Now);
        await File.WriteAllBytesAsync(_folder["a.lock"], other.Write());

        _time.Advance(TimeSpan.FromSeconds(10));
        await _clock.WhenIdleAsync();
        await held.DisposeAsync();

        Assert.Equal("y", LockRecord.Read(await File.ReadAllBytesAsync(_folder["a.lock"]))!.Id);
    }

    [Fact]
    public async Task FreeLock_ThatManyWant_IsHadByOneOnly()
    {
        FileLocks[] machines = Machines();
        for (int round = 0; round < 100; round++)
        {
            await ExpectOneOwnerAsync(machines, _folder["a.lock"]);
        }

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData(".lock")]
    [InlineData(".lock", ".lock.takeover")]
    [InlineData(".lock", ".lock.takeover", ".lock.takeover.takeover")]
    public async Task StaleLock_ThatManyWant_IsHadByOneOnly(params string[] left)
    {
        FileLocks[] machines = Machines();
        for (int round = 0; round < 20; round++)
        {
            foreach (string file in left)
            {
                // By the file system's clock, too, what is stale was written a while ago.
                await File.WriteAllTextAsync(_folder[$"{round}{file}"], "");
                File.SetLastWriteTimeUtc(_folder[$"{round}{file}"], DateTime.UtcNow.AddMinutes(-left.Length));
            }

            // Each look at a lock shows its guard, too, once the lock itself is known to be stale.
            string path = _folder[$"{round}.lock"];
            for (int look = 0; look < left.Length; look++)
            {
                foreach (FileLocks machine in machines)
                {
                    Assert.Null(await machine.TryAcquireAsync(path, default));
                }

                _time.Advance(TimeSpan.FromMinutes(1));
                await _clock.WhenIdleAsync();
            }

            await ExpectOneOwnerAsync(machines, path);
        }

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private static async Task ExpectOneOwnerAsync(FileLocks[] machines, string path)
    {
        using var start = new Barrier(machines.Length);
        IAsyncDisposable?[] held = await Task.WhenAll(machines.Select(machine => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return machine.TryAcquireAsync(path, default);
            },
            default,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));
        IAsyncDisposable owner = Assert.Single(held, one => one is not null)!;
        await owner.DisposeAsync();
    }

    private FileLocks[] Machines() => [.. Enumerable.Range(0, 4).Select(index => Machine($"machine {index}"))];

    private FileLocks Machine(string name) => new(_clock, new HolderIdentity(name, 1, "1"));
}
