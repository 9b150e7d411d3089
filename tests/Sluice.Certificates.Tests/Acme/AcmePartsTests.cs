using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sluice.Certificates.Acme;
using Sluice.Certificates.Keeping;

namespace Sluice.Certificates.Tests.Acme;

public class AcmePartsTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void RenewalCertificateId_OfTheExampleInTheRfc_IsAsThere()
    {
        // RFC 9773, section 4.1: key identifier 69:88:5B:...:D4 and serial number 00:87:65:43:21.
        byte[] keyIdentifier = Convert.FromHexString("69885B6B87464041E1B37B847BA0AE2CDE01C8D4");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=example", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(keyIdentifier));
        using X509Certificate2 certificate = request.Create(
            new X500DistinguishedName("CN=issuer"), X509SignatureGenerator.CreateForECDsa(key), Now, Now.AddDays(1), Convert.FromHexString("0087654321"));

        Assert.Equal("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE", RenewalCertificateId.Of(certificate)!.Text);
    }

    [Fact]
    public void RenewalCertificateId_WithoutAuthorityKey_IsNone()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=example", key, HashAlgorithmName.SHA256).CreateSelfSigned(Now, Now.AddDays(1));

        Assert.Null(RenewalCertificateId.Of(certificate));
    }

    [Fact]
    public void AccountKey_ExportedAndImported_IsTheSame()
    {
        using AcmeAccountKey key = AcmeAccountKey.Create();
        using AcmeAccountKey again = AcmeAccountKey.Import(key.Export());

        Assert.Equal(key.Thumbprint, again.Thumbprint);
        Assert.Equal(43, key.Thumbprint.Length);
        Assert.Equal($"token.{key.Thumbprint}", key.AuthorizationOf("token"));
    }

    [Fact]
    public void AccountKey_OfAnotherKind_IsRefused()
    {
        using RSA rsa = RSA.Create(2048);
        using ECDsa p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.Throws<CertificateException>(() => AcmeAccountKey.Import(rsa.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<CertificateException>(() => AcmeAccountKey.Import(p384.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<CertificateException>(() => AcmeAccountKey.Import("nothing"));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", 0)]
    [InlineData("Tue, 01 Jan 2030 00:01:00 GMT", 60)]
    [InlineData("Tue, 01 Jan 2019 00:01:00 GMT", 0)]
    [InlineData("Tue, 01 Jan 2036 00:01:00 GMT", 604800)]
    [InlineData("99999999", 604800)]
    public void RetryAfter_InSecondsOrAsADate_IsBounded(string value, int seconds)
    {
        TimeSpan? wait = HeaderReader.RetryAfter(RetryConditionHeaderValue.Parse(value), Now);

        Assert.Equal(TimeSpan.FromSeconds(seconds), wait);
    }

    [Fact]
    public void Alternates_InLinkFields_AreTakenWhateverTheirForm()
    {
        string[] links =
        [
            "<https://a.example/dir>;rel=\"index\", <https://a.example/1>;rel=\"alternate\"",
            "</2>; title=\"x\"; rel=alternate",
            "nonsense",
            "<https://a.example/3>",
        ];

        IReadOnlyList<Uri> found = HeaderReader.Alternates(links, new Uri("https://a.example/cert/0"));

        Assert.Equal(["https://a.example/1", "https://a.example/2"], found.Select(uri => uri.AbsoluteUri));
    }

    [Fact]
    public void Problem_WithSubproblems_IsOneReadableLine()
    {
        byte[] document = Encoding.UTF8.GetBytes("""
            {
              "type": "urn:ietf:params:acme:error:malformed", "detail": "Some of the identifiers\nwere rejected",
              "subproblems": [{ "type": "urn:ietf:params:acme:error:caa", "detail": "forbidden", "identifier": { "type": "dns", "value": "a.example" } }]
            }
            """);

        AcmeException problem = ProblemReader.Read(JsonText.Parse(document), "issuer.example", 403, TimeSpan.FromSeconds(5));

        Assert.Equal("issuer.example: malformed: Some of the identifiers were rejected; a.example: caa: forbidden", problem.Message);
        Assert.Equal(("malformed", 403, TimeSpan.FromSeconds(5)), (problem.Type, problem.Status, problem.RetryAfter));
        Assert.Equal(new AcmeSubproblem("a.example", "caa", "forbidden"), problem.Subproblems.Single());
    }

    [Fact]
    public void Directory_ThatLeadsAwayFromHttps_IsRefused()
    {
        byte[] document = Encoding.UTF8.GetBytes("""
            { "newNonce": "https://a.example/n", "newAccount": "http://a.example/a", "newOrder": "https://a.example/o" }
            """);

        AcmeException failure = Assert.Throws<AcmeException>(() => AcmeDirectory.Read(JsonText.Parse(document), new Uri("https://a.example/dir")));
        Assert.Contains("HTTPS", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2030-01-01T00:00:00Z", "2030-02-01T00:00:00Z", true)]
    [InlineData("2030-02-01T00:00:00Z", "2030-01-01T00:00:00Z", false)]
    [InlineData("2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z", false)]
    [InlineData("soon", "later", false)]
    public void RenewalWindow_ThatEndsBeforeItStarts_IsRefused(string start, string end, bool isGood)
    {
        string text = $$"""{ "suggestedWindow": { "start": "{{start}}", "end": "{{end}}" } }""";
        var answer = new AcmeAnswer(new Uri("https://a.example/ari/x"), 200, Encoding.UTF8.GetBytes(text), null, null, []);

        if (isGood)
        {
            Assert.Equal(DateTimeOffset.Parse(start, CultureInfo.InvariantCulture), RenewalWindow.Read(answer).Start);
            return;
        }

        Assert.Throws<AcmeException>(() => RenewalWindow.Read(answer));
    }

    [Fact]
    public void RenewalSchedule_OverManyCertificates_IsSpreadEvenlyOverTheWindow()
    {
        var window = new RenewalWindow(Now.AddDays(20), Now.AddDays(30), null);
        var tenths = new int[10];
        for (int serial = 0; serial < 2000; serial++)
        {
            DateTimeOffset chosen = RenewalSchedule.Choose($"{serial:x8}", Now, Now.AddDays(90), window);
            tenths[(int)(chosen - window.Start).TotalDays]++;
        }

        Assert.All(tenths, count => Assert.InRange(count, 140, 260));
    }

    [Fact]
    public void RenewalSchedule_WithAWindowAfterTheEnd_LeavesSomeTime()
    {
        Assert.True(RenewalSchedule.Choose("1", Now, Now.AddDays(90), new RenewalWindow(Now.AddDays(89), Now.AddDays(99), null)) < Now.AddDays(86));
        Assert.True(RenewalSchedule.Choose("1", Now, Now.AddDays(90), new RenewalWindow(Now.AddDays(95), Now.AddDays(99), null)) < Now.AddDays(61));
    }

    [Theory]
    [InlineData(null, 21600)]
    [InlineData(1, 60)]
    [InlineData(3600, 3600)]
    [InlineData(1_000_000, 86400)]
    public void RenewalSchedule_WhenToAskAgain_IsWithinAMinuteAndADay(int? retryAfter, int expected)
    {
        TimeSpan? asked = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        Assert.Equal(TimeSpan.FromSeconds(expected), RenewalSchedule.AskAgain(asked));
    }

    [Theory]
    [InlineData("https://acme-v02.api.letsencrypt.org/directory", "acme-v02.api.letsencrypt.org")]
    [InlineData("https://acme.zerossl.com/v2/DV90", "acme.zerossl.com-v2-dv90")]
    [InlineData("https://ca.example:8443/acme/one/directory", "ca.example-8443-acme-one-directory")]
    public void Folder_OfADirectory_IsItsHostAndWhatMakesADifference(string directory, string folder)
    {
        Assert.Equal(folder, CertificateStore.FolderOf(new Uri(directory)));
    }

    [Fact]
    public void WellKnownIssuers_All_AreHttps()
    {
        Assert.Equal(["google", "letsencrypt", "letsencrypt_staging", "zerossl"], WellKnownIssuers.Directories.Keys.Order());
        Assert.All(WellKnownIssuers.Directories.Values, uri => Assert.Equal("https", uri.Scheme));
    }
}
