using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Sluice.Certificates.Keeping;
using Sluice.TestKit.Pebble;

namespace Sluice.Certificates.Tests.Pebble;

/// <summary>Orders at Let's Encrypt's test server, with everything real: TLS, DNS, requests and handshakes of its validation.</summary>
public class PebbleTests
{
    private static readonly ExternalAccount Account = new("kid-1", "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W");

    [Fact]
    public async Task Http01_WithARealRequest_GivesACertificateThatTheRootVerifies()
    {
        await using var story = new PebbleStory();
        await story.StartAsync(new PebbleSetup());

        CertificatePair pair = await story.ObtainAsync("shop.example.com", ChallengeKind.Http01);

        await story.VerifyAsync(pair, "shop.example.com", rootIndex: 0);
        Assert.True(story.HttpRequestCount > 0);
    }

    [Fact]
    public async Task TlsAlpn01_WithARealHandshake_GivesACertificate()
    {
        await using var story = new PebbleStory();
        await story.StartAsync(new PebbleSetup());

        CertificatePair pair = await story.ObtainAsync("shop.example.com", ChallengeKind.TlsAlpn01);

        await story.VerifyAsync(pair, "shop.example.com", rootIndex: 0);
        Assert.True(story.HandshakeCount > 0);
    }

    [Fact]
    public async Task Dns01_WithARealRecord_GivesAWildcardCertificate()
    {
        await using var story = new PebbleStory();
        await story.StartAsync(new PebbleSetup());

        CertificatePair pair = await story.ObtainAsync("*.example.com", ChallengeKind.Dns01);

        await story.VerifyAsync(pair, "www.example.com", rootIndex: 0);
    }

    [Fact]
    public async Task ExternalAccount_ThatIsRequired_IsBound()
    {
        await using var story = new PebbleStory();
        await story.StartAsync(new PebbleSetup { ExternalAccounts = new Dictionary<string, string> { [Account.KeyId] = Account.HmacKey } });

        await story.ObtainAsync("shop.example.com", ChallengeKind.Http01, issuer => issuer with { Eab = Account });
    }

    [Fact]
    public async Task Nonces_OfWhichManyAreRefused_ArePutUpWith()
    {
        await using var story = new PebbleStory();
        await story.StartAsync(new PebbleSetup { NonceRejectPercent = 40 });

        await story.ObtainAsync("shop.example.com", ChallengeKind.Http01);
    }

    [Fact]
    public async Task Validation_ThatTakesItsTime_IsWaitedFor()
    {
        await using var story = new PebbleStory();
        await story.StartAsync(new PebbleSetup { ValidationSleepSeconds = 3 });

        await story.ObtainAsync("shop.example.com", ChallengeKind.Http01);
    }

    [Fact]
    public async Task Authorization_ThatIsReused_NeedsNoSecondChallenge()
    {
        await using var story = new PebbleStory();
        await story.StartAsync(new PebbleSetup { AuthorizationReusePercent = 100 });
        await story.ObtainAsync("shop.example.com", ChallengeKind.Http01);
        int before = story.HttpRequestCount;

        await story.RenewAsync("shop.example.com");

        Assert.Equal(before, story.HttpRequestCount);
    }

    [Fact]
    public async Task Chain_OfThreeIntermediatesBelowAnAlternateRoot_IsChosenByItsName()
    {
        await using var story = new PebbleStory();
        await story.StartAsync(new PebbleSetup { ChainLength = 3, AlternateRoots = 2 });
        string wanted = (await story.Pebble.GetRootAsync(2)).GetNameInfo(X509NameType.SimpleName, forIssuer: false);

        CertificatePair pair = await story.ObtainAsync("shop.example.com", ChallengeKind.Http01, issuer => issuer with { PreferredChain = wanted });

        Assert.Equal(4, pair.CertificatePem.Split("BEGIN CERTIFICATE").Length - 1);
        await story.VerifyAsync(pair, "shop.example.com", rootIndex: 2);
    }

    [Theory]
    [InlineData(KeyType.P384)]
    [InlineData(KeyType.Rsa2048)]
    [InlineData(KeyType.Rsa4096)]
    public async Task KeyType_OtherThanTheDefault_IsSigned(KeyType type)
    {
        await using var story = new PebbleStory();
        await story.StartAsync(new PebbleSetup());

        CertificatePair pair = await story.ObtainAsync("shop.example.com", ChallengeKind.Http01, keyType: type);

        await story.VerifyAsync(pair, "shop.example.com", rootIndex: 0);
    }

    [Fact]
    public async Task Address_AsAName_GivesACertificateForIt()
    {
        await using var story = new PebbleStory();
        await story.StartAsync(new PebbleSetup());

        CertificatePair pair = await story.ObtainAsync("127.0.0.1", ChallengeKind.Http01);

        Assert.Equal(["127.0.0.1"], pair.Names);
    }

    [Fact]
    public async Task Challenge_ThatNobodyAnswers_IsFollowedByTheNextKind()
    {
        await using var story = new PebbleStory();
        await story.StartAsync(new PebbleSetup(), answersHttp: false);

        await story.ObtainAsync("shop.example.com", [ChallengeKind.Http01, ChallengeKind.TlsAlpn01]);

        Assert.Contains(story.Log.Entries, entry => entry.Event == KeeperEvent.AttemptFailed);
        Assert.True(story.HandshakeCount > 0);
    }

    [Fact]
    public async Task Authority_OfTheDirectoryThatIsNotTrusted_IsRefused()
    {
        await using var story = new PebbleStory();
        await story.StartAsync(new PebbleSetup());
        story.StartKeeper("shop.example.com", [ChallengeKind.Http01], issuer => issuer with { CaFile = null });

        var waited = Stopwatch.StartNew();
        while (story.Log.Entries.All(entry => entry.Event != KeeperEvent.AttemptFailed) && waited.Elapsed < TimeSpan.FromSeconds(60))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        Assert.Contains("certificate", story.Log.Entries.First(entry => entry.Event == KeeperEvent.AttemptFailed).Message, StringComparison.Ordinal);
        Assert.Empty(story.Consumer.Installed);
    }
}
