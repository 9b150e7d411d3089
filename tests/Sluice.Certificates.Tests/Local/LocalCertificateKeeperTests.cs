using Sluice.Certificates.Local;
using Sluice.TestKit.Tools;

namespace Sluice.Certificates.Tests.Local;

public sealed class LocalCertificateKeeperTests : IAsyncLifetime, IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly LocalConsumer _consumer = new();
    private readonly List<string> _warnings = [];
    private LocalAuthority _authority = null!;
    private LocalCertificateKeeper _keeper = null!;

    public async Task InitializeAsync()
    {
        _authority = await LocalAuthority.OpenAsync(_folder.Path, _time);
        _keeper = new LocalCertificateKeeper(_authority, _consumer, _time, _warnings.Add);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _keeper.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Start_Names_AreServedAtOnce()
    {
        _keeper.Start(["localhost", "App.internal"]);

        Assert.Equal(["app.internal", "localhost"], _consumer.Served.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                new LocalCertificateStatus("app.internal", _time.GetUtcNow().AddHours(12), _time.GetUtcNow().AddHours(8), null),
                new LocalCertificateStatus("localhost", _time.GetUtcNow().AddHours(12), _time.GetUtcNow().AddHours(8), null),
            ],
            _keeper.Status);
    }

    [Fact]
    public void TwoThirdsOfLife_Over_IsRenewed()
    {
        _keeper.Start(["localhost"]);
        CertificatePair first = _consumer.Served["localhost"];

        _time.Advance(TimeSpan.FromHours(8) - TimeSpan.FromMinutes(2));
        Assert.Same(first, _consumer.Served["localhost"]);
        _time.Advance(TimeSpan.FromMinutes(3));

        Assert.NotEqual(first.KeyPem, _consumer.Served["localhost"].KeyPem);
        Assert.Equal(2, _consumer.InstallCount);
        _time.Advance(TimeSpan.FromDays(2));
        Assert.InRange(_consumer.InstallCount, 7, 8);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Update_Names_OnlyWhatDiffersIsTouched()
    {
        _keeper.Start(["localhost", "a.internal"]);
        CertificatePair kept = _consumer.Served["localhost"];

        _keeper.Update(["LOCALHOST", "b.internal"]);

        Assert.Equal(["b.internal", "localhost"], _consumer.Served.Keys.Order(StringComparer.Ordinal));
        Assert.Same(kept, _consumer.Served["localhost"]);
        Assert.Equal(3, _consumer.InstallCount);
    }

    [Fact]
    public void Update_ForeignName_ChangesNothing()
    {
        _keeper.Start(["localhost"]);

        Assert.Throws<ArgumentException>(() => _keeper.Update(["example.com"]));
        Assert.Equal(["localhost"], _consumer.Served.Keys);
    }

    [Fact]
    public void Dispose_Timers_AreGone()
    {
        _keeper.Start(["localhost"]);

        _keeper.Dispose();
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal((0, 1), (_time.TimerCount, _consumer.InstallCount));
    }

    [Fact]
    public void Root_NearItsEnd_OperatorIsTold()
    {
        _time.Advance(TimeSpan.FromDays(3_650 - 365));
        _keeper.Start(["localhost"]);

        _time.Advance(TimeSpan.FromDays(2));

        Assert.Equal([$"the local authority has a new root: run `sluice trust` ({_authority.RootFile})"], _warnings);
        Assert.Equal(2, _authority.RootPems.Count);
    }

    [Fact]
    public void Authority_Expired_OldIsKeptAndOperatorIsTold()
    {
        // The time of its renewal was missed, as by a machine that was off, and now the file is broken.
        _time.Advance(TimeSpan.FromDays(3_650) - TimeSpan.FromHours(30));
        _keeper.Start(["localhost"]);
        File.WriteAllText(_folder.At("local", "authority.pem"), "broken");

        _time.Advance(TimeSpan.FromHours(36));

        Assert.Contains(_warnings, warning => warning.StartsWith("the local authority can't be renewed: ", StringComparison.Ordinal));
        Assert.Contains(_warnings, warning => warning.StartsWith("no certificate for localhost: the local authority ended to be valid", StringComparison.Ordinal));
        Assert.NotNull(Assert.Single(_keeper.Status).Problem);
        Assert.Equal(_authority.RootNotAfter, _consumer.Served["localhost"].NotAfter);
    }
}
