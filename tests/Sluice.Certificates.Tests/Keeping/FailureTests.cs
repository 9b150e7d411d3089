using Sluice.Certificates.Keeping;
using Sluice.TestKit.Acme;

namespace Sluice.Certificates.Tests.Keeping;

/// <summary>What a keeper does when an issuer, a challenge or this machine fails.</summary>
public class FailureTests
{
    private static readonly AcmeFault Unauthorized = new(403, "unauthorized", "the answer was wrong");

    [Fact]
    public async Task BadNonce_ThreeTimes_IsOvercomeWithinTheRequest()
    {
        await using var story = new KeeperStory();
        story.Issuer.Fail("newOrder", new AcmeFault(400, "badNonce"), count: 3);
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));

        await story.UntilValidAsync(keeper, "a.example.com");

        Assert.Equal(4, story.Issuer.Count("newOrder"));
        Assert.Equal(0, story.Log.Count(KeeperEvent.AttemptFailed));
    }

    [Fact]
    public async Task BadNonce_Storm_IsOneFailedAttemptPerFourRequests()
    {
        await using var story = new KeeperStory();
        story.Issuer.Fail("newOrder", new AcmeFault(400, "badNonce"), count: 9);
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));

        await story.UntilValidAsync(keeper, "a.example.com");

        Assert.Equal(2, story.Log.Count(KeeperEvent.AttemptFailed));
        Assert.Equal(10, story.Issuer.Count("newOrder"));
    }

    [Theory]
    [InlineData("7200")]
    [InlineData("Tue, 01 Jan 2030 02:00:00 GMT")]
    public async Task RateLimited_WithRetryAfter_LeavesTheIssuerAloneUntilThen(string retryAfter)
    {
        await using var story = new KeeperStory();
        DateTimeOffset start = story.Now;
        story.Issuer.Fail("newOrder", new AcmeFault(429, "rateLimited", "too many", retryAfter));
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));

        await story.PassAsync(TimeSpan.FromMinutes(119));
        Assert.Equal(1, story.Issuer.Count("newOrder"));
        Assert.Contains("rateLimited", KeeperStory.StatusOf(keeper, "a.example.com").LastError, StringComparison.Ordinal);
        await story.UntilValidAsync(keeper, "a.example.com");

        DateTimeOffset second = KeeperStory.TimesOf(story.Issuer, "newOrder")[1];
        Assert.InRange(second - start, TimeSpan.FromHours(2), TimeSpan.FromMinutes(125));
    }

    [Fact]
    public async Task ServerErrors_DuringARenewal_LeaveTheOldCertificateServedAndAreTriedAgain()
    {
        await using var story = new KeeperStory();
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));
        await story.UntilValidAsync(keeper, "a.example.com");
        foreach (string resource in new[] { "newOrder", "authz", "challenge", "finalize", "cert" })
        {
            story.Issuer.Fail(resource, new AcmeFault(503));
        }

        await story.UntilAsync(() => story.Consumer.Installed.Count == 2, TimeSpan.FromDays(80));

        Assert.Empty(story.Consumer.Withdrawn);
        Assert.Equal(5, story.Log.Count(KeeperEvent.AttemptFailed));
        Assert.All(story.Log.Entries.Where(entry => entry.Event == KeeperEvent.AttemptFailed), entry => Assert.Equal(KeeperSeverity.Warning, entry.Severity));
        await story.UntilValidAsync(keeper, "a.example.com");
        Assert.Null(KeeperStory.StatusOf(keeper, "a.example.com").LastError);
    }

    [Fact]
    public async Task Attempts_WhenEverythingFails_FollowTheLadder()
    {
        await using var story = new KeeperStory();
        ScriptedAcmeServer other = story.AddIssuer();
        story.Issuer.Validate = _ => Unauthorized;
        other.Validate = _ => Unauthorized;
        AutomationPlan plan = story.Plan("a.example.com") with
        {
            Issuers = [story.IssuerPlan, KeeperStory.PlanOf(other, "other")],
            Challenges = [ChallengeKind.Http01, ChallengeKind.TlsAlpn01],
        };
        DateTimeOffset start = story.Now;
        CertificateKeeper keeper = story.Start(plan);

        await story.UntilAsync(() => KeeperStory.StatusOf(keeper, "a.example.com").Attempts == 9, TimeSpan.FromDays(1));

        Assert.Equal(
            ["http-01", "http-01", "tls-alpn-01", "http-01", "tls-alpn-01"],
            story.Issuer.Requests.Where(request => request.Resource == "challenge").Select(request => request.Id.Split('/')[1]));
        Assert.Equal(4, other.Count("challenge"));
        IReadOnlyList<DateTimeOffset> first = KeeperStory.TimesOf(story.Issuer, "newOrder");
        Assert.InRange(first[1] - first[0], TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(12));
        Assert.InRange(first[3] - start, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(7));
        Assert.Empty(story.Consumer.HttpChallenges);
        Assert.Empty(story.Consumer.TlsChallenges);
    }

    [Fact]
    public async Task BackOff_WhenItGoesOnFailing_GrowsToADayAndNeverEnds()
    {
        await using var story = new KeeperStory();
        story.Issuer.Validate = _ => Unauthorized;
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));

        await story.PassAsync(TimeSpan.FromDays(30));

        IReadOnlyList<DateTimeOffset> times = KeeperStory.TimesOf(story.Issuer, "newOrder");
        Assert.InRange(times.Count, 30, 45);
        Assert.Equal(5, times.Count(time => time < times[0].AddHours(1)));
        Assert.InRange(times[^1] - times[^2], TimeSpan.FromHours(23), TimeSpan.FromHours(25));
        story.Issuer.Validate = _ => null;
        await story.UntilValidAsync(keeper, "a.example.com");
    }

    [Fact]
    public async Task Challenge_ThatFails_IsFollowedByTheNextKind()
    {
        await using var story = new KeeperStory();
        story.Issuer.Validate = challenge => challenge.Type == "http-01" ? Unauthorized : null;
        AutomationPlan plan = story.Plan("a.example.com") with { Challenges = [ChallengeKind.Http01, ChallengeKind.Dns01] };
        CertificateKeeper keeper = story.Start(plan, dns: story.Dns);

        await story.UntilValidAsync(keeper, "a.example.com");

        Assert.Equal(2, story.Log.Count(KeeperEvent.AttemptFailed));
        Assert.Equal(1, story.Issuer.IssuedCount);
        Assert.Empty(story.Dns.Records);
    }

    [Fact]
    public async Task Publisher_ThatFails_IsFollowedByTheNextKindAndLeavesNoRecord()
    {
        await using var story = new KeeperStory();
        story.Dns.Failure = "the name server refused";
        AutomationPlan plan = story.Plan("a.example.com") with { Challenges = [ChallengeKind.Dns01, ChallengeKind.Http01] };
        CertificateKeeper keeper = story.Start(plan, dns: story.Dns);

        await story.UntilValidAsync(keeper, "a.example.com");

        Assert.Contains("the name server refused", story.Log.ToString(), StringComparison.Ordinal);
        Assert.Empty(story.Dns.Records);

        // The authorization was given up: issuers limit how many are open.
        Assert.Equal(2, story.Issuer.Requests.Count(request => request.Resource == "authz" && request.Payload.ValueKind == System.Text.Json.JsonValueKind.Object));
    }

    [Fact]
    public async Task Caa_ThatForbidsAnIssuer_LeadsToTheNextAtOnce()
    {
        await using var story = new KeeperStory();
        ScriptedAcmeServer other = story.AddIssuer();
        story.Issuer.Validate = _ => new AcmeFault(403, "caa", "CAA record for example.com prevents issuance");
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com") with { Issuers = [story.IssuerPlan, KeeperStory.PlanOf(other, "other")] });

        await story.UntilValidAsync(keeper, "a.example.com");

        Assert.Equal(1, story.Issuer.Count("newOrder"));
        Assert.Equal("other", KeeperStory.StatusOf(keeper, "a.example.com").Issuer);
        Assert.Contains("prevents issuance", story.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Issuer_ThatIsAway_LeadsToTheNext()
    {
        await using var story = new KeeperStory();
        ScriptedAcmeServer away = story.AddIssuer();
        IssuerPlan gone = KeeperStory.PlanOf(away, "gone");
        await away.DisposeAsync();
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com") with { Issuers = [gone, story.IssuerPlan] });

        await story.UntilValidAsync(keeper, "a.example.com");

        Assert.Equal("scripted", KeeperStory.StatusOf(keeper, "a.example.com").Issuer);
        Assert.Equal(2, story.Log.Count(KeeperEvent.AttemptFailed));
    }

    [Fact]
    public async Task CaFile_ThatIsMissing_LeadsToTheNextIssuer()
    {
        await using var story = new KeeperStory();
        var broken = new IssuerPlan("broken", new Uri("https://127.0.0.1:1/directory"), CaFile: Path.Combine(story.Folder, "nothing.pem"));
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com") with { Issuers = [broken, story.IssuerPlan] });

        await story.UntilValidAsync(keeper, "a.example.com");

        Assert.Contains("nothing.pem", story.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validation_ThatTakesAMinute_IsWaitedFor()
    {
        await using var story = new KeeperStory();
        story.Issuer.PendingPolls = 10;
        DateTimeOffset start = story.Now;
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));

        await story.UntilValidAsync(keeper, "a.example.com");

        Assert.InRange(story.Now - start, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(90));
        Assert.Equal(1, story.Issuer.Count("newOrder"));
    }

    [Fact]
    public async Task Validation_ThatNeverEnds_IsGivenUp()
    {
        await using var story = new KeeperStory();
        story.Issuer.PendingPolls = 1_000_000;
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));

        await story.UntilAsync(() => KeeperStory.StatusOf(keeper, "a.example.com").Attempts == 1, TimeSpan.FromMinutes(6));

        Assert.Contains("within 5 min", KeeperStory.StatusOf(keeper, "a.example.com").LastError, StringComparison.Ordinal);
        Assert.Empty(story.Consumer.HttpChallenges);
    }

    [Fact]
    public async Task Chain_OfAnotherAuthority_IsNotServed()
    {
        await using var story = new KeeperStory();
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));
        await story.UntilValidAsync(keeper, "a.example.com");
        story.Issuer.HasWrongChain = true;

        await story.UntilAsync(() => KeeperStory.StatusOf(keeper, "a.example.com").Attempts == 2, TimeSpan.FromDays(61));

        Assert.Contains("wrong chain", KeeperStory.StatusOf(keeper, "a.example.com").LastError, StringComparison.Ordinal);
        Assert.Single(story.Consumer.Installed);
    }

    [Fact]
    public async Task Account_ThatIsGone_IsRegisteredAgainWithinTheAttempt()
    {
        await using var story = new KeeperStory();
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));
        await story.UntilValidAsync(keeper, "a.example.com");
        story.Issuer.ForgetAccounts();

        await story.UntilAsync(() => story.Consumer.Installed.Count == 2, TimeSpan.FromDays(61));

        Assert.Equal(0, story.Log.Count(KeeperEvent.AttemptFailed));
        Assert.Equal(2, story.Issuer.Count("newAccount"));
        Assert.Equal(2, story.Log.Count(KeeperEvent.AccountRegistered));
    }

    [Fact]
    public async Task Order_ThatBecomesInvalid_IsFollowedByANewOne()
    {
        await using var story = new KeeperStory();
        story.Issuer.Fail("finalize", new AcmeFault(403, "orderNotReady", "the order is invalid"));
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));

        await story.UntilValidAsync(keeper, "a.example.com");

        Assert.Equal(2, story.Issuer.Count("newOrder"));
        Assert.Equal(1, story.Issuer.IssuedCount);
    }

    [Fact]
    public async Task Attempts_OfManyNames_AreAtMostTenWithinTenSeconds()
    {
        await using var story = new KeeperStory();
        story.Issuer.Validate = _ => Unauthorized;
        story.Start(story.Plan([.. Enumerable.Range(0, 40).Select(index => $"n{index}.example.com")]));

        await story.PassAsync(TimeSpan.FromHours(1));

        IReadOnlyList<DateTimeOffset> times = KeeperStory.TimesOf(story.Issuer, "newOrder");
        Assert.True(times.Count >= 80, $"{times.Count} orders");
        for (int index = 10; index < times.Count; index++)
        {
            Assert.True(times[index] - times[index - 10] >= TimeSpan.FromSeconds(10), $"eleven orders from {times[index - 10]:O}");
        }
    }

    [Fact]
    public async Task Wildcard_WithoutPublisher_FailsWithoutTroublingTheIssuerUntilThereIsOne()
    {
        await using var story = new KeeperStory();
        AutomationPlan plan = story.Plan("*.example.com") with { Challenges = [ChallengeKind.Http01, ChallengeKind.Dns01] };
        CertificateKeeper keeper = story.Start(plan);
        await story.PassAsync(TimeSpan.FromHours(3));

        CertificateStatus status = KeeperStory.StatusOf(keeper, "*.example.com");
        Assert.Equal(CertificateState.Failing, status.State);
        Assert.Contains("dns-01", status.LastError, StringComparison.Ordinal);
        Assert.Equal(1, story.Log.Count(KeeperEvent.Unobtainable));
        Assert.Empty(story.Issuer.Requests);

        string? record = null;
        story.Issuer.Validate = _ =>
        {
            record = story.Dns.Records.Single().Name;
            return null;
        };
        keeper.Update(plan, story.Dns);
        await story.UntilValidAsync(keeper, "*.example.com");

        Assert.Equal("_acme-challenge.example.com", record);
        Assert.Empty(story.Dns.Records);
        Assert.True(Directory.Exists(Path.Combine(story.Folder, "certificates", $"127.0.0.1-{story.Issuer.DirectoryUri.Port}", "wildcard_.example.com")));
    }
}
