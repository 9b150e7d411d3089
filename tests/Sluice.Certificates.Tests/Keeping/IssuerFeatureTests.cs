using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Sluice.Certificates.Keeping;
using Sluice.TestKit.Acme;

namespace Sluice.Certificates.Tests.Keeping;

/// <summary>What issuers offer beyond a plain order.</summary>
public class IssuerFeatureTests
{
    [Fact]
    public async Task RenewalWindow_OfTheIssuer_IsWhenTheRenewalComesAndTheOrderSaysWhatItReplaces()
    {
        await using var story = new KeeperStory();
        DateTimeOffset start = story.Now;
        story.Issuer.RenewalWindow = _ => (start.AddDays(20), start.AddDays(22));
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));
        await story.UntilValidAsync(keeper, "a.example.com");
        DateTimeOffset? planned = KeeperStory.StatusOf(keeper, "a.example.com").NextRenewal;
        string asked = story.Issuer.Requests.First(request => request.Resource == "renewalInfo").Id;
        story.Issuer.RenewalWindow = id => id == asked ? (start.AddDays(20), start.AddDays(22)) : (start.AddDays(60), start.AddDays(62));

        await story.UntilAsync(() => story.Consumer.Installed.Count == 2, TimeSpan.FromDays(30));

        Assert.InRange(story.Now, start.AddDays(20), start.AddDays(22).AddMinutes(1));
        Assert.InRange(story.Now - planned!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        JsonElement order = story.Issuer.Requests.Last(request => request.Resource == "newOrder").Payload;
        Assert.Equal(asked, order.GetProperty("replaces").GetString());
        Assert.False(story.Issuer.Requests.First(request => request.Resource == "newOrder").Payload.TryGetProperty("replaces", out _));
    }

    [Fact]
    public async Task RenewalWindow_ThatIsAlwaysOver_IsNoLoop()
    {
        await using var story = new KeeperStory();
        story.Issuer.RenewalWindow = _ => (story.Now.AddDays(-2), story.Now.AddDays(-1));
        story.Start(story.Plan("a.example.com"));

        await story.PassAsync(TimeSpan.FromDays(10));

        Assert.InRange(story.Issuer.IssuedCount, 2, 11);
    }

    [Fact]
    public async Task RenewalWindow_MovedEarlier_IsNoticedByItsRetryAfter()
    {
        await using var story = new KeeperStory();
        DateTimeOffset start = story.Now;
        story.Issuer.RenewalWindow = _ => (start.AddDays(60), start.AddDays(62));
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));
        await story.UntilValidAsync(keeper, "a.example.com");
        await story.PassAsync(TimeSpan.FromDays(5));

        story.Issuer.RenewalWindow = _ => (start.AddDays(-1), start);
        DateTimeOffset moved = story.Now;
        await story.UntilAsync(() => story.Consumer.Installed.Count == 2, TimeSpan.FromDays(2));

        Assert.InRange(story.Now - moved, TimeSpan.Zero, TimeSpan.FromHours(6.1));
        Assert.Contains("wants a.example.com renewed earlier", story.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RenewalInformation_ThatIsDown_LeavesTheRenewalAtTwoThirdsOfLife()
    {
        await using var story = new KeeperStory();
        story.Issuer.RenewalWindow = _ => throw new InvalidOperationException("down");
        DateTimeOffset start = story.Now;
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));
        await story.UntilValidAsync(keeper, "a.example.com");
        await story.PassAsync(TimeSpan.FromDays(1));

        // Once an hour.
        Assert.InRange(story.Issuer.Count("renewalInfo"), 20, 26);
        await story.UntilAsync(() => story.Consumer.Installed.Count == 2, TimeSpan.FromDays(70));
        Assert.InRange((story.Now - start).TotalDays, 55, 61);
    }

    [Fact]
    public async Task RenewalWindow_AfterARestart_IsRememberedUntilItIsToBeAskedAgain()
    {
        await using var story = new KeeperStory();
        DateTimeOffset start = story.Now;
        story.Issuer.RenewalWindow = _ => (start.AddDays(20), start.AddDays(22));
        DateTimeOffset? planned;
        await using (CertificateKeeper first = story.Start(story.Plan("a.example.com")))
        {
            await story.UntilValidAsync(first, "a.example.com");
            planned = KeeperStory.StatusOf(first, "a.example.com").NextRenewal;
        }

        CertificateKeeper second = story.Start(story.Plan("a.example.com"));
        await story.UntilValidAsync(second, "a.example.com");

        Assert.Equal(planned, KeeperStory.StatusOf(second, "a.example.com").NextRenewal);
        Assert.Equal(1, story.Issuer.Count("renewalInfo"));
    }

    [Fact]
    public async Task Replacing_ThatTheIssuerRefuses_IsOrderedWithoutSayingSo()
    {
        await using var story = new KeeperStory();
        DateTimeOffset start = story.Now;
        story.Issuer.RenewalWindow = _ => (start.AddDays(20), start.AddDays(22));
        story.Issuer.RefusesReplacing = true;
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));
        await story.UntilValidAsync(keeper, "a.example.com");

        await story.UntilAsync(() => story.Consumer.Installed.Count == 2, TimeSpan.FromDays(30));

        Assert.Equal(3, story.Issuer.Count("newOrder"));
        Assert.Equal(0, story.Log.Count(KeeperEvent.AttemptFailed));
    }

    [Fact]
    public async Task Profile_ThatTheIssuerHas_IsOrdered()
    {
        await using var story = new KeeperStory();
        story.Issuer.Profiles = ["classic", "shortlived"];
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com") with { Issuers = [story.IssuerPlan with { Profile = "shortlived" }] });

        await story.UntilValidAsync(keeper, "a.example.com");

        JsonElement order = story.Issuer.Requests.Single(request => request.Resource == "newOrder").Payload;
        Assert.Equal("shortlived", order.GetProperty("profile").GetString());
    }

    [Fact]
    public async Task Profile_ThatTheIssuerLacks_FailsAndNamesThoseThatItHas()
    {
        await using var story = new KeeperStory();
        story.Issuer.Profiles = ["classic", "shortlived"];
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com") with { Issuers = [story.IssuerPlan with { Profile = "short" }] });

        await story.PassAsync(TimeSpan.FromMinutes(1));

        string? error = KeeperStory.StatusOf(keeper, "a.example.com").LastError;
        Assert.Contains("no profile \"short\"", error, StringComparison.Ordinal);
        Assert.Contains("classic, shortlived", error, StringComparison.Ordinal);
        Assert.Equal(0, story.Issuer.Count("newOrder"));
    }

    [Theory]
    [InlineData("Scripted Root 2", "Scripted Root 2")]
    [InlineData("Scripted Root 1", "Scripted Root 1")]
    [InlineData("Nobody", "Scripted Root 1")]
    public async Task PreferredChain_AmongAlternates_IsChosenByItsTopmostIssuer(string preferred, string expected)
    {
        await using var story = new KeeperStory();
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com") with { Issuers = [story.IssuerPlan with { PreferredChain = preferred }] });

        await story.UntilValidAsync(keeper, "a.example.com");

        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(story.Consumer.Installed.Single().CertificatePem);
        Assert.Equal(expected, chain[^1].GetNameInfo(X509NameType.SimpleName, forIssuer: true));
    }

    [Fact]
    public async Task ExternalAccount_ThatIsRequired_IsBound()
    {
        await using var story = new KeeperStory();
        story.Issuer.ExternalAccount = ("kid-1", Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef"));
        var account = new ExternalAccount("kid-1", System.Buffers.Text.Base64Url.EncodeToString(story.Issuer.ExternalAccount.Value.Secret));
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com") with { Issuers = [story.IssuerPlan with { Eab = account, Email = "hostmaster@example.com" }] });

        await story.UntilValidAsync(keeper, "a.example.com");

        JsonElement registration = story.Issuer.Requests.Single(request => request.Resource == "newAccount").Payload;
        Assert.Equal("mailto:hostmaster@example.com", registration.GetProperty("contact")[0].GetString());
    }

    [Fact]
    public async Task ExternalAccount_ThatIsMissing_IsSaidPlainly()
    {
        await using var story = new KeeperStory();
        story.Issuer.ExternalAccount = ("kid-1", "secret"u8.ToArray());
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));

        await story.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Contains("needs an external account", KeeperStory.StatusOf(keeper, "a.example.com").LastError, StringComparison.Ordinal);
        Assert.Equal(0, story.Issuer.Count("newAccount"));
    }

    [Fact]
    public async Task TlsAlpn_Challenge_IsACertificateWithTheHashInACriticalExtension()
    {
        await using var story = new KeeperStory();
        CertificatePair? shown = null;
        byte[]? expected = null;
        story.Issuer.Validate = challenge =>
        {
            shown = story.Consumer.TlsChallenges.GetValueOrDefault(challenge.Name);
            expected = SHA256.HashData(Encoding.ASCII.GetBytes(challenge.KeyAuthorization));
            return null;
        };
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com") with { Challenges = [ChallengeKind.TlsAlpn01] });

        await story.UntilValidAsync(keeper, "a.example.com");

        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(shown!.CertificatePem, shown.KeyPem);
        X509Extension extension = certificate.Extensions["1.3.6.1.5.5.7.1.31"]!;
        Assert.True(extension.Critical);
        Assert.Equal(expected, new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadOctetString());
        Assert.Equal(["a.example.com"], certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
        Assert.Empty(story.Consumer.TlsChallenges);
    }

    [Theory]
    [InlineData("192.0.2.7", "7.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public async Task Address_AsAName_IsOrderedAsAnAddress(string address, string handshakeName)
    {
        await using var story = new KeeperStory();
        story.Issuer.Validate = _ => story.Consumer.TlsChallenges.ContainsKey(handshakeName) ? null : new AcmeFault(403, "tls");
        CertificateKeeper keeper = story.Start(story.Plan(address) with { Challenges = [ChallengeKind.Dns01, ChallengeKind.TlsAlpn01] }, dns: story.Dns);

        await story.UntilValidAsync(keeper, address);

        Assert.Equal([address], story.Consumer.Installed.Single().Names);
        JsonElement order = story.Issuer.Requests.Single(request => request.Resource == "newOrder").Payload;
        Assert.Equal("ip", order.GetProperty("identifiers")[0].GetProperty("type").GetString());
    }

    [Theory]
    [InlineData(KeyType.P256, "1.2.840.10045.2.1", 256)]
    [InlineData(KeyType.P384, "1.2.840.10045.2.1", 384)]
    [InlineData(KeyType.Rsa2048, "1.2.840.113549.1.1.1", 2048)]
    [InlineData(KeyType.Rsa3072, "1.2.840.113549.1.1.1", 3072)]
    public async Task KeyType_OfThePlan_IsThatOfTheCertificate(KeyType type, string algorithm, int bits)
    {
        await using var story = new KeeperStory();
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com") with { KeyType = type });

        await story.UntilValidAsync(keeper, "a.example.com");

        CertificatePair pair = story.Consumer.Installed.Single();
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pair.CertificatePem, pair.KeyPem);
        Assert.Equal(algorithm, certificate.PublicKey.Oid.Value);
        Assert.Equal(bits, certificate.GetECDsaPublicKey()?.KeySize ?? certificate.GetRSAPublicKey()!.KeySize);
    }
}
