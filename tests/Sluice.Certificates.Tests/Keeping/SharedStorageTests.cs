using Sluice.Certificates.Keeping;
using Sluice.TestKit.Acme;
using Sluice.TestKit.Time;

namespace Sluice.Certificates.Tests.Keeping;

/// <summary>Several keepers on one storage, one after the other or at once.</summary>
public class SharedStorageTests
{
    [Fact]
    public async Task TwoKeepers_OnOneStorage_OrderOnceAndServeTheSame()
    {
        await using var story = new KeeperStory { Limits = new KeeperLimits() };
        story.Issuer.PendingPolls = 3;
        var consumer = new RecordingConsumer();
        CertificateKeeper one = story.Start(story.Plan("a.example.com", "b.example.com"));
        CertificateKeeper two = story.Start(story.Plan("a.example.com", "b.example.com"), consumer);

        foreach (string name in new[] { "a.example.com", "b.example.com" })
        {
            await story.UntilValidAsync(one, name);
            await story.UntilValidAsync(two, name);
            Assert.Equal(story.Consumer.Serving(name)!.CertificatePem, consumer.Serving(name)!.CertificatePem);
        }

        Assert.Equal(2, story.Issuer.Count("newOrder"));
        Assert.Equal(1, story.Issuer.Count("newAccount"));
    }

    [Fact]
    public async Task Renewal_ByOneMachine_IsServedByTheOther()
    {
        await using var story = new KeeperStory { Limits = new KeeperLimits() };
        var consumer = new RecordingConsumer();
        CertificateKeeper one = story.Start(story.Plan("a.example.com"));
        CertificateKeeper two = story.Start(story.Plan("a.example.com"), consumer);
        await story.UntilValidAsync(one, "a.example.com");
        await story.UntilValidAsync(two, "a.example.com");

        Task renewed = one.RenewAsync("a.example.com");
        await story.UntilAsync(() => consumer.Installed.Count == 2, TimeSpan.FromMinutes(2));

        await renewed.WaitAsync(Patience.PerStep);
        Assert.Equal(story.Consumer.Installed[^1].CertificatePem, consumer.Installed[^1].CertificatePem);

    }

    [Fact]
    public async Task Renewal_ThatIsDueForBoth_IsOrderedOnce()
    {
        await using var story = new KeeperStory();
        var consumer = new RecordingConsumer();
        CertificateKeeper one = story.Start(story.Plan("a.example.com"));
        CertificateKeeper two = story.Start(story.Plan("a.example.com"), consumer);
        await story.UntilValidAsync(one, "a.example.com");
        await story.UntilValidAsync(two, "a.example.com");

        await story.UntilAsync(() => consumer.Installed.Count == 2 && story.Consumer.Installed.Count == 2, TimeSpan.FromDays(62));

        Assert.Equal(2, story.Issuer.IssuedCount);
        Assert.Equal(2, story.Issuer.Count("newOrder"));
    }

    [Fact]
    public async Task Restart_InTheMiddleOfAnOrder_LeavesNothingBehindAndOrdersAnew()
    {
        await using var story = new KeeperStory { Limits = new KeeperLimits() };
        story.Issuer.PendingPolls = 100;
        CertificateKeeper first = story.Start(story.Plan("a.example.com"));
        await story.UntilAsync(() => story.Issuer.Count("challenge") == 1, TimeSpan.FromMinutes(1));
        await first.DisposeAsync();

        Assert.Empty(story.Consumer.HttpChallenges);
        Assert.Empty(Directory.GetFiles(Path.Combine(story.Folder, "locks")));
        story.Issuer.PendingPolls = 0;
        CertificateKeeper second = story.Start(story.Plan("a.example.com"));
        await story.UntilValidAsync(second, "a.example.com");

        Assert.Equal(1, story.Issuer.IssuedCount);
        Assert.Equal(1, story.Issuer.Count("newAccount"));
    }

    [Fact]
    public async Task Crash_OfAMachineThatHeldTheLock_DelaysOthersForAShortWhileOnly()
    {
        await using var story = new KeeperStory { Limits = new KeeperLimits() };
        Directory.CreateDirectory(Path.Combine(story.Folder, "locks"));
        string elsewhere = """{"id":"x","machine":"other","host":"another kernel","process":1,"started":"1","heartbeat":"2031-01-01T00:00:00Z"}""";
        await File.WriteAllTextAsync(Path.Combine(story.Folder, "locks", "certificate-a.example.com.lock"), elsewhere);
        DateTimeOffset start = story.Now;
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));

        await story.UntilValidAsync(keeper, "a.example.com");

        Assert.InRange(story.Now - start, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Crash_BetweenKeyAndCertificate_LeavesTheOldPairWhole()
    {
        await using var story = new KeeperStory { Limits = new KeeperLimits() };
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));
        await story.UntilValidAsync(keeper, "a.example.com");
        await keeper.DisposeAsync();
        string key = Directory.GetFiles(story.Folder, "key-*.pem", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(key)!, "key-0000000000000000.pem"), "of a certificate that never came");

        var consumer = new RecordingConsumer();
        CertificateKeeper second = story.Start(story.Plan("a.example.com"), consumer);
        await second.Loaded;

        Assert.Equal(story.Consumer.Installed.Single().KeyPem, consumer.Installed.Single().KeyPem);
    }

    [Fact]
    public async Task StoredCertificate_ThatIsGarbage_IsReportedAndOrderedAnew()
    {
        await using var story = new KeeperStory { Limits = new KeeperLimits() };
        await using (CertificateKeeper first = story.Start(story.Plan("a.example.com")))
        {
            await story.UntilValidAsync(first, "a.example.com");
        }

        string file = Directory.GetFiles(story.Folder, "certificate.pem", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(file, "garbage");
        CertificateKeeper second = story.Start(story.Plan("a.example.com"));
        await story.UntilValidAsync(second, "a.example.com");

        Assert.Equal(1, story.Log.Count(KeeperEvent.StorageFailed));
        Assert.Equal(2, story.Issuer.IssuedCount);
    }

    [Fact]
    public async Task Challenges_LeftByACrash_AreRemovedAtTheNextStart()
    {
        await using var story = new KeeperStory { Limits = new KeeperLimits() };
        string folder = Path.Combine(story.Folder, "challenges", "http-01");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "old"), "old.key\n2029-12-31T00:00:00.0000000+00:00\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "new"), "new.key\n2030-01-01T01:00:00.0000000+00:00\n");

        CertificateKeeper keeper = story.Start(story.Plan());
        await keeper.Loaded;

        Assert.Equal(["new"], Directory.GetFiles(folder).Select(Path.GetFileName));
        Assert.Equal("new.key", await keeper.FindHttpChallengeAsync("new"));
    }
}
