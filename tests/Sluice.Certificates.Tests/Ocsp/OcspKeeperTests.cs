using Sluice.Certificates.Ocsp;

namespace Sluice.Certificates.Tests.Ocsp;

public sealed class OcspKeeperTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ManualTime _time = new(Start);
    private readonly OcspAuthority _authority = new();
    private readonly Lock _lock = new();
    private readonly List<string> _published = [];
    private readonly List<string> _warnings = [];
    private readonly OcspKeeper _keeper;
    private Func<Task<OcspStaple>> _answer;
    private int _askedCount;

    public OcspKeeperTests()
    {
        _answer = () => Task.FromResult(Staple(TimeSpan.FromDays(4)));
        _keeper = new OcspKeeper(FetchAsync, _time, Publish, Warn);
    }

    public void Dispose()
    {
        _keeper.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Update_Certificates_AreAskedForOnceAndAtHalfOfValidity()
    {
        _keeper.Update([Target("a"), Target("b")]);
        await WaitAsync(() => Published.Count == 2);
        Assert.Equal(["a:4", "b:4"], Published.Order(StringComparer.Ordinal));

        _time.Advance(TimeSpan.FromHours(42));
        Assert.Equal(2, Asked);
        _time.Advance(TimeSpan.FromHours(7));

        await WaitAsync(() => Published.Count == 4);
        Assert.Equal(4, Asked);
        Assert.All(_keeper.Status, status => Assert.Null(status.Problem));
    }

    [Fact]
    public async Task Update_LeavesOutWhatCanNotBeStapledTo()
    {
        string leaf = _authority.Issue();

        _keeper.Update([new OcspTarget("no issuer", leaf), new OcspTarget("no responder", _authority.Issue(hasResponder: false) + _authority.Pem), new OcspTarget("nonsense", "-"), Target("good")]);

        await WaitAsync(() => Published.Count == 1);
        Assert.Equal("good", Assert.Single(_keeper.Status).Key);
    }

    [Fact]
    public async Task Update_CertificateRenewedOrGone_LosesItsStaple()
    {
        OcspTarget kept = Target("kept");
        _keeper.Update([kept, Target("renewed"), Target("gone")]);
        await WaitAsync(() => Published.Count == 3);

        _keeper.Update([kept, Target("renewed")]);

        await WaitAsync(() => Published.Count == 6);
        Assert.Equal(["gone:none", "renewed:none"], Published.Skip(3).Take(2).Order(StringComparer.Ordinal));
        Assert.Equal("renewed:4", Published[5]);
        Assert.Equal(4, Asked);
    }

    [Fact]
    public async Task Responder_Fails_OldIsKeptUntilItEnds()
    {
        _keeper.Update([Target("a")]);
        await WaitAsync(() => Published.Count == 1);
        _answer = () => throw new OcspException("down");

        await AdvanceAsync(TimeSpan.FromHours(90), TimeSpan.FromMinutes(10));
        Assert.Equal(["a:4"], Published);
        Assert.Equal("down", Assert.Single(_keeper.Status).Problem);

        // Once an hour after the first attempts: 42 hours since half of the validity.
        Assert.InRange(Asked, 40, 65);
        await AdvanceAsync(TimeSpan.FromHours(7), TimeSpan.FromMinutes(10));
        Assert.Equal(["a:4", "a:none"], Published);
        Assert.Contains(Warnings, warning => warning.Contains("ended to be valid", StringComparison.Ordinal));

        _answer = () => Task.FromResult(Staple(TimeSpan.FromDays(1)));
        await AdvanceAsync(TimeSpan.FromHours(2), TimeSpan.FromMinutes(10));
        await WaitAsync(() => Published.Count == 3);
        Assert.Equal("a:1", Published[2]);
    }

    [Fact]
    public async Task Responder_SaysRevoked_StapleIsDroppedAtOnce()
    {
        _keeper.Update([Target("a")]);
        await WaitAsync(() => Published.Count == 1);
        _answer = () => throw new OcspException("the certificate was REVOKED") { RevokedAt = Start };

        _time.Advance(TimeSpan.FromHours(49));
        await WaitAsync(() => Published.Count == 2 && Warnings.Count > 0);

        Assert.Equal("a:none", Published[1]);

        // It may have been asked more than once within these hours.
        Assert.Equal(["a: no OCSP response: the certificate was REVOKED"], Warnings.Distinct());
        Assert.Equal("the certificate was REVOKED", Assert.Single(_keeper.Status).Problem);
    }

    [Fact]
    public async Task Responder_GivesAnOldAnswer_IsNotAskedAgainAtOnce()
    {
        // Past half of its validity when it comes.
        _answer = () => Task.FromResult(new OcspStaple([1], _time.GetUtcNow().AddDays(-3), _time.GetUtcNow().AddDays(1)));
        _keeper.Update([Target("a")]);
        await WaitAsync(() => Published.Count == 1);

        _time.Advance(TimeSpan.FromMinutes(50));

        Assert.Equal(1, Asked);
        Assert.InRange(Assert.Single(_keeper.Status).RefreshAt, Start.AddMinutes(54), Start.AddMinutes(60));
    }

    [Fact]
    public async Task ManyCertificates_AreAskedForAFewAtATime()
    {
        var release = new TaskCompletionSource();
        _answer = async () =>
        {
            await release.Task;
            return Staple(TimeSpan.FromDays(1));
        };
        _keeper.Update([.. Enumerable.Range(0, 20).Select(index => Target($"{index}"))]);
        await WaitAsync(() => Asked == 4);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(4, Asked);

        release.SetResult();

        await WaitAsync(() => Published.Count == 20);
        Assert.Equal(20, Asked);
    }

    [Fact]
    public async Task Dispose_WhileAsking_PublishesNothingMore()
    {
        var release = new TaskCompletionSource();
        _answer = async () =>
        {
            await release.Task;
            return Staple(TimeSpan.FromDays(1));
        };
        _keeper.Update([Target("a")]);
        await WaitAsync(() => Asked == 1);

        _keeper.Dispose();
        release.SetResult();
        _time.Advance(TimeSpan.FromDays(2));

        Assert.Equal((0, 0, 1), (_time.TimerCount, Published.Count, Asked));
    }

    [Fact]
    public async Task RealResponder_Answer_IsPublished()
    {
        OcspTarget target = Target("a");
        await using OcspResponder responder = await OcspResponder.StartAsync(_authority, "ca", "-nmin", "60");
        using var fetcher = new OcspFetcher(TimeProvider.System);
        using var keeper = new OcspKeeper(fetcher, TimeProvider.System, Publish, Warn);

        keeper.Update([target]);

        await WaitAsync(() => Published.Count + Warnings.Count > 0);
        Assert.Equal(["a:real"], Published);
    }

    private IReadOnlyList<string> Published
    {
        get
        {
            lock (_lock)
            {
                return [.. _published];
            }
        }
    }

    private IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_lock)
            {
                return [.. _warnings];
            }
        }
    }

    private int Asked => Volatile.Read(ref _askedCount);

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(5, deadline.Token);
        }
    }

    // The first byte says for how many days it is valid.
    private OcspStaple Staple(TimeSpan validity) => new([(byte)validity.TotalDays], _time.GetUtcNow(), _time.GetUtcNow() + validity);

    private OcspTarget Target(string key) => new(key, _authority.Issue() + _authority.Pem);

    private async Task AdvanceAsync(TimeSpan by, TimeSpan step)
    {
        for (TimeSpan gone = TimeSpan.Zero; gone < by; gone += step)
        {
            _time.Advance(step);

            // Whoever is being asked has answered before time goes on.
            await WaitAsync(() => _keeper.Status.All(status => status.RefreshAt > _time.GetUtcNow() - step));
        }
    }

    private Task<OcspStaple> FetchAsync(string certificatePem, string issuerPem, CancellationToken ct)
    {
        Interlocked.Increment(ref _askedCount);
        return _answer();
    }

    private void Publish(string key, byte[]? der)
    {
        lock (_lock)
        {
            _published.Add($"{key}:{(der is null ? "none" : der.Length > 1 ? "real" : $"{der[0]}")}");
        }
    }

    private void Warn(string warning)
    {
        lock (_lock)
        {
            _warnings.Add(warning);
        }
    }
}
