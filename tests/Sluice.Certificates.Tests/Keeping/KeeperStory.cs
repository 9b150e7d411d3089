using Sluice.Certificates.Dns;
using Sluice.Certificates.Keeping;
using Sluice.Certificates.Storage;
using Sluice.Certificates.Timing;
using Sluice.TestKit.Acme;
using Sluice.TestKit.Time;

namespace Sluice.Certificates.Tests.Keeping;

/// <summary>
/// A keeper with a scripted issuer and a folder, in a time that goes on only when all of them wait for it: years pass in moments, and every run
/// is the same.
/// </summary>
internal sealed class KeeperStory : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IAsyncDisposable> _parts = [];

    public KeeperStory()
    {
        Clock = new WorkClock(Time);
        Issuer = AddIssuer();
    }

    public ManualTimeProvider Time { get; } = new();

    public WorkClock Clock { get; }

    /// <summary>The first issuer.</summary>
    public ScriptedAcmeServer Issuer { get; }

    public RecordingConsumer Consumer { get; } = new();

    public RecordingLog Log { get; } = new();

    public RecordingPublisher Dns { get; } = new();

    public string Folder => _folder["storage"];

    /// <summary>As always, but for the storage, which is looked at every half hour only: nobody else writes to it, and months are long.</summary>
    public KeeperLimits Limits { get; set; } = new() { StoragePoll = TimeSpan.FromMinutes(30) };

    public DateTimeOffset Now => Time.GetUtcNow();

    public ScriptedAcmeServer AddIssuer()
    {
        ScriptedAcmeServer issuer = ScriptedAcmeServer.Start(Time);
        _parts.Insert(0, issuer);
        return issuer;
    }

    /// <summary>The first issuer as a plan has it.</summary>
    public IssuerPlan IssuerPlan => PlanOf(Issuer);

    public static IssuerPlan PlanOf(ScriptedAcmeServer issuer, string name = "scripted") => new(name, issuer.DirectoryUri);

    /// <summary>A plan for names by http-01 with the first issuer.</summary>
    public AutomationPlan Plan(params string[] names) => new(names, [IssuerPlan], [ChallengeKind.Http01]);

    public FileCertificateStorage NewStorage() => new(Folder, Clock);

    /// <summary>Makes a keeper on the folder and starts it. Several are several machines.</summary>
    public CertificateKeeper Start(AutomationPlan plan, RecordingConsumer? consumer = null, IDnsPublisher? dns = null, ICertificateStorage? storage = null)
    {
        var keeper = new CertificateKeeper(plan, consumer ?? Consumer, storage ?? NewStorage(), dns, Clock, Log, Limits);
        _parts.Insert(0, keeper);
        keeper.Start();
        return keeper;
    }

    /// <summary>Lets time pass until something is so.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan within)
    {
        DateTimeOffset limit = Now + within;
        while (true)
        {
            await SettleAsync();
            if (condition())
            {
                return;
            }

            DateTimeOffset? next = Time.NextDue;
            if (next is null || next > limit)
            {
                Assert.Fail($"It did not become so until {limit:u}.\n{Log}");
            }

            Time.AdvanceTo(next.Value);
        }
    }

    /// <summary>Lets time pass.</summary>
    public async Task PassAsync(TimeSpan duration)
    {
        DateTimeOffset end = Now + duration;
        while (true)
        {
            await SettleAsync();
            if (Time.NextDue is not { } next || next > end)
            {
                Time.AdvanceTo(end);
                await SettleAsync();
                return;
            }

            Time.AdvanceTo(next);
        }
    }

    /// <summary>Waits until everything waits for time to pass.</summary>
    public Task SettleAsync() => Clock.WhenIdleAsync().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Lets time pass until a name has a certificate that is not due.</summary>
    public Task UntilValidAsync(CertificateKeeper keeper, string name) =>
        UntilAsync(() => StatusOf(keeper, name).State == CertificateState.Valid, TimeSpan.FromDays(2));

    public static CertificateStatus StatusOf(CertificateKeeper keeper, string name) => keeper.Status.Single(status => status.Name == name);

    /// <summary>The times of requests, after the beginning of the story.</summary>
    public static IReadOnlyList<DateTimeOffset> TimesOf(ScriptedAcmeServer issuer, string resource) =>
        [.. issuer.Requests.Where(request => request.Resource == resource).Select(request => request.At)];

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable part in _parts)
        {
            await part.DisposeAsync();
        }

        _folder.Dispose();
    }
}
