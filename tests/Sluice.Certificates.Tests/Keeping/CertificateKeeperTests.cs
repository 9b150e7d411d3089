using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Sluice.Certificates.Keeping;
using Sluice.TestKit.Acme;
using Sluice.TestKit.Time;

namespace Sluice.Certificates.Tests.Keeping;

public class CertificateKeeperTests
{
    [Fact]
    public async Task Name_WithoutCertificate_IsOrderedServedAndStored()
    {
        await using var story = new KeeperStory();
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));

        await story.UntilValidAsync(keeper, "a.example.com");

        CertificatePair pair = Assert.Single(story.Consumer.Installed);
        Assert.Equal(["a.example.com"], pair.Names);
        using X509Certificate2 both = X509Certificate2.CreateFromPem(pair.CertificatePem, pair.KeyPem);
        Assert.Equal(2, pair.CertificatePem.Split("BEGIN CERTIFICATE").Length - 1);
        CertificateStatus status = KeeperStory.StatusOf(keeper, "a.example.com");
        Assert.Equal(("scripted", CertificateSource.Automatic, 0), (status.Issuer!, status.Source, status.Attempts));
        Assert.Equal(pair.NotAfter, status.NotAfter);
        Assert.Empty(story.Consumer.HttpChallenges);
        Assert.All(Directory.EnumerateFiles(story.Folder, "*", SearchOption.AllDirectories), AssertMode600);
        Assert.All(Directory.EnumerateDirectories(story.Folder, "*", SearchOption.AllDirectories), AssertMode700);
        AssertMode700(story.Folder);
        Assert.Single(Directory.GetFiles(story.Folder, "certificate.pem", SearchOption.AllDirectories));
        Assert.Single(Directory.GetFiles(story.Folder, "account.key", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(Path.Combine(story.Folder, "locks")));
        Assert.Empty(Directory.GetFiles(Path.Combine(story.Folder, "challenges"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Challenge_WhileItIsLookedAt_IsShownHereAndThroughTheStorage()
    {
        await using var story = new KeeperStory();
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));
        string? shown = null;
        string? stored = null;
        story.Issuer.Validate = challenge =>
        {
            shown = story.Consumer.HttpChallenges.GetValueOrDefault(challenge.Token);
            stored = keeper.FindHttpChallengeAsync(challenge.Token).GetAwaiter().GetResult();
            return shown == challenge.KeyAuthorization && stored == shown ? null : new AcmeFault(403, "unauthorized");
        };

        await story.UntilValidAsync(keeper, "a.example.com");

        Assert.NotNull(shown);
        Assert.Equal(shown, stored);
        Assert.Null(await keeper.FindHttpChallengeAsync(shown.Split('.')[0]));
        Assert.Null(await keeper.FindHttpChallengeAsync("../../accounts"));
    }

    [Fact]
    public async Task Start_WithStoredCertificate_ServesItWithoutOrdering()
    {
        await using var story = new KeeperStory();
        await using (CertificateKeeper first = story.Start(story.Plan("a.example.com")))
        {
            await story.UntilValidAsync(first, "a.example.com");
        }

        var consumer = new RecordingConsumer();
        CertificateKeeper second = story.Start(story.Plan("a.example.com"), consumer);
        await second.Loaded;

        Assert.Equal(story.Consumer.Installed.Single().CertificatePem, consumer.Installed.Single().CertificatePem);
        await story.UntilValidAsync(second, "a.example.com");
        Assert.Equal(1, story.Issuer.IssuedCount);
    }

    [Fact]
    public async Task Start_WithExpiredCertificate_ServesReportsAndRenewsIt()
    {
        await using var story = new KeeperStory();
        await using (CertificateKeeper first = story.Start(story.Plan("a.example.com")))
        {
            await story.UntilValidAsync(first, "a.example.com");
        }

        await story.PassAsync(TimeSpan.FromDays(100));
        story.Issuer.Fail("newOrder", new AcmeFault(500));
        var consumer = new RecordingConsumer();
        CertificateKeeper second = story.Start(story.Plan("a.example.com"), consumer);
        await second.Loaded;

        Assert.Single(consumer.Installed);
        Assert.Contains(story.Log.Entries, entry => entry.Event == KeeperEvent.Expired && entry.Severity == KeeperSeverity.Error);
        await story.UntilValidAsync(second, "a.example.com");
        Assert.Equal(2, consumer.Installed.Count);
    }

    [Theory]
    [InlineData(90, 0.62, 0.67)]
    [InlineData(6, 0.45, 0.505)]
    public async Task Renewal_WithoutRenewalInformation_ComesAtAFractionOfLife(int lifeDays, double least, double most)
    {
        await using var story = new KeeperStory();
        story.Issuer.CertificateLife = TimeSpan.FromDays(lifeDays);
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));
        await story.UntilValidAsync(keeper, "a.example.com");
        CertificatePair first = story.Consumer.Installed.Single();

        await story.UntilAsync(() => story.Consumer.Installed.Count == 2, TimeSpan.FromDays(lifeDays));

        double fraction = (story.Now - first.NotBefore) / TimeSpan.FromDays(lifeDays);
        Assert.InRange(fraction, least, most);
        Assert.NotEqual(first.KeyPem, story.Consumer.Installed[1].KeyPem);
        Assert.Single(Directory.GetFiles(story.Folder, "key-*.pem", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Update_NamesComeAndGo_OthersAreUntouched()
    {
        await using var story = new KeeperStory();
        CertificateKeeper keeper = story.Start(story.Plan("stays.example.com", "goes.example.com"));
        await story.UntilValidAsync(keeper, "stays.example.com");
        await story.UntilValidAsync(keeper, "goes.example.com");

        keeper.Update(story.Plan("stays.example.com", "comes.example.com"));
        await story.UntilValidAsync(keeper, "comes.example.com");

        Assert.Equal(["comes.example.com", "stays.example.com"], keeper.Status.Select(status => status.Name));
        Assert.Equal(["goes.example.com"], story.Consumer.Withdrawn);
        Assert.Equal(3, story.Issuer.IssuedCount);
    }

    [Fact]
    public async Task Update_DuringAnOrderOfAKeptName_LetsItGoOn()
    {
        await using var story = new KeeperStory();
        story.Issuer.PendingPolls = 5;
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));
        await story.UntilAsync(() => story.Issuer.Count("challenge") == 1, TimeSpan.FromMinutes(1));

        keeper.Update(story.Plan("a.example.com", "b.example.com"));
        await story.UntilValidAsync(keeper, "a.example.com");
        await story.UntilValidAsync(keeper, "b.example.com");

        Assert.Equal(2, story.Issuer.Count("newOrder"));
    }

    [Fact]
    public async Task Update_DuringAnOrderOfARemovedName_EndsIt()
    {
        await using var story = new KeeperStory();
        story.Issuer.PendingPolls = 5;
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));
        await story.UntilAsync(() => story.Issuer.Count("challenge") == 1, TimeSpan.FromMinutes(1));

        keeper.Update(story.Plan());
        await story.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Empty(story.Consumer.HttpChallenges);
        Assert.Empty(story.Consumer.Installed);
        Assert.Equal(0, story.Issuer.IssuedCount);
    }

    [Fact]
    public async Task Update_ToAnotherIssuer_ServesTheOldCertificateUntilTheNewOneIsThere()
    {
        await using var story = new KeeperStory();
        ScriptedAcmeServer production = story.AddIssuer();
        AutomationPlan staging = story.Plan("a.example.com");
        AutomationPlan real = staging with { Issuers = [KeeperStory.PlanOf(production, "production")] };
        await using (CertificateKeeper first = story.Start(staging))
        {
            await story.UntilValidAsync(first, "a.example.com");
        }

        production.Fail("newOrder", new AcmeFault(500), count: 2);
        var consumer = new RecordingConsumer();
        CertificateKeeper second = story.Start(real, consumer);
        await second.Loaded;
        Assert.Single(consumer.Installed);
        await story.UntilValidAsync(second, "a.example.com");

        Assert.Equal("production", KeeperStory.StatusOf(second, "a.example.com").Issuer);
        Assert.Equal(2, consumer.Installed.Count);
        Assert.Equal(1, production.IssuedCount);
    }

    [Fact]
    public async Task Renew_OfACertificateThatIsNotDue_ReplacesIt()
    {
        await using var story = new KeeperStory();
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com", "b.example.com"));
        await story.UntilValidAsync(keeper, "a.example.com");
        await story.UntilValidAsync(keeper, "b.example.com");

        Task renewed = keeper.RenewAsync("A.example.com");
        await story.PassAsync(TimeSpan.FromSeconds(5));
        await renewed.WaitAsync(Patience.PerStep);
        Assert.Equal(3, story.Issuer.IssuedCount);

        story.Issuer.Fail("newOrder", new AcmeFault(500), count: 2);
        Task failed = keeper.RenewAsync(null);
        await story.PassAsync(TimeSpan.FromSeconds(5));
        await failed.WaitAsync(Patience.PerStep);
        Assert.Equal(3, story.Issuer.IssuedCount);
        Assert.Throws<CertificateException>(() => { _ = keeper.RenewAsync("c.example.com"); });
    }

    [Fact]
    public async Task Storage_ThatCanNotBeWritten_KeepsTheIssuerUntroubled()
    {
        await using var story = new KeeperStory();
        await File.WriteAllTextAsync(story.Folder, "a file where the folder should be");
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));

        await story.PassAsync(TimeSpan.FromHours(2));

        CertificateStatus status = KeeperStory.StatusOf(keeper, "a.example.com");
        Assert.Equal(CertificateState.Failing, status.State);
        Assert.Contains("storage", status.LastError, StringComparison.Ordinal);
        Assert.Empty(story.Issuer.Requests);

        File.Delete(story.Folder);
        await story.UntilValidAsync(keeper, "a.example.com");
    }

    [Fact]
    public async Task Storage_ThatFailsAfterTheOrder_ServesAndStoresLater()
    {
        await using var story = new KeeperStory();
        var storage = new FailingStorage(story.NewStorage());
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"), storage: storage);
        storage.FailingPart = "certificate.pem";

        await story.UntilAsync(() => story.Consumer.Installed.Count == 1, TimeSpan.FromMinutes(5));
        await story.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Empty(Directory.GetFiles(story.Folder, "certificate.pem", SearchOption.AllDirectories));

        storage.FailingPart = null;
        await story.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Single(Directory.GetFiles(story.Folder, "certificate.pem", SearchOption.AllDirectories));
        Assert.Equal(1, story.Issuer.IssuedCount);
    }

    [Fact]
    public async Task Log_OfAWholeLife_HasNoSecret()
    {
        await using var story = new KeeperStory();
        story.Issuer.ExternalAccount = ("kid-1", "secret"u8.ToArray());
        IssuerPlan issuer = story.IssuerPlan with { Eab = new ExternalAccount("kid-1", "not base64url: Geheimnis!") };
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com") with { Issuers = [issuer] });

        await story.PassAsync(TimeSpan.FromMinutes(1));

        CertificateStatus status = KeeperStory.StatusOf(keeper, "a.example.com");
        Assert.Contains("kid-1", status.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("Geheimnis", story.Log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Geheimnis", issuer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Details_OfAStoredCertificate_AreReadable()
    {
        await using var story = new KeeperStory();
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));
        await story.UntilValidAsync(keeper, "a.example.com");

        string file = Directory.GetFiles(story.Folder, "details.json", SearchOption.AllDirectories).Single();
        using JsonDocument details = JsonDocument.Parse(await File.ReadAllTextAsync(file));

        Assert.Equal("a.example.com", details.RootElement.GetProperty("name").GetString());
        Assert.Equal("scripted", details.RootElement.GetProperty("issuer").GetString());
        Assert.EndsWith($"127.0.0.1-{story.Issuer.DirectoryUri.Port}/a.example.com/details.json", file, StringComparison.Ordinal);
    }

    private static void AssertMode600(string file) => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

    private static void AssertMode700(string folder) =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
}
