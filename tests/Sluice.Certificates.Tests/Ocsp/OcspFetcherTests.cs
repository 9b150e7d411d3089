using System.Security.Cryptography.X509Certificates;
using Sluice.Certificates.Ocsp;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Upstreams;

namespace Sluice.Certificates.Tests.Ocsp;

/// <summary>Answers of a real responder, and of one that isn't.</summary>
public sealed class OcspFetcherTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Status_Good_IsStapled(bool isRsa)
    {
        using var authority = new OcspAuthority(isRsa);
        string leaf = authority.Issue();
        await using OcspResponder responder = await OcspResponder.StartAsync(authority, "ca", "-nmin", "60");

        OcspStaple staple = await FetchAsync(leaf, authority.Pem);

        ExpectValidity(TimeSpan.FromMinutes(60), staple);
        Assert.InRange(staple.ThisUpdate, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        await VerifyAsync(authority, leaf, staple);
    }

    [Theory]
    [InlineData("-nmin")]
    [InlineData("-resp_key_id")]
    public async Task Status_SignedByAuthorizedResponder_IsStapled(string option)
    {
        using var authority = new OcspAuthority();
        string leaf = authority.Issue();
        authority.IssueSigner("signer");
        string[] more = option == "-nmin" ? ["-nmin", "5"] : ["-nmin", "5", option];
        await using OcspResponder responder = await OcspResponder.StartAsync(authority, "signer", more);

        OcspStaple staple = await FetchAsync(leaf, authority.Pem);

        ExpectValidity(TimeSpan.FromMinutes(5), staple);
    }

    [Fact]
    public async Task Status_Revoked_IsReported()
    {
        using var authority = new OcspAuthority();
        string leaf = authority.Issue('R');
        await using OcspResponder responder = await OcspResponder.StartAsync(authority, "ca", "-nmin", "60");

        var exception = await Assert.ThrowsAsync<OcspException>(() => FetchAsync(leaf, authority.Pem));

        Assert.Equal(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero), exception.RevokedAt);
        Assert.Equal("the certificate was REVOKED at 2026-01-01 12:00:00Z: get a new one", exception.Message);
    }

    [Fact]
    public async Task Status_Unknown_IsRefused()
    {
        using var authority = new OcspAuthority();
        string leaf = authority.Issue(null);
        await using OcspResponder responder = await OcspResponder.StartAsync(authority, "ca", "-nmin", "60");

        await RefusedAsync("the responder doesn't know the certificate", leaf, authority.Pem);
    }

    [Fact]
    public async Task Status_WithoutEnd_IsRefused()
    {
        using var authority = new OcspAuthority();
        string leaf = authority.Issue();
        await using OcspResponder responder = await OcspResponder.StartAsync(authority);

        await RefusedAsync("the responder doesn't say how long its answer is valid", leaf, authority.Pem);
    }

    [Theory]
    [InlineData(2, "the responder's answer ended to be valid at ")]
    [InlineData(-2, "the responder's answer is not valid before ")]
    public async Task Status_OfAnotherTime_IsRefused(int clockHours, string message)
    {
        using var authority = new OcspAuthority();
        string leaf = authority.Issue();
        await using OcspResponder responder = await OcspResponder.StartAsync(authority, "ca", "-nmin", "60");
        using var fetcher = new OcspFetcher(new ManualTime(DateTimeOffset.UtcNow.AddHours(clockHours)));

        var exception = await Assert.ThrowsAsync<OcspException>(() => fetcher.FetchAsync(leaf, authority.Pem, default));

        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-usage")]
    [InlineData("expired")]
    [InlineData("future")]
    [InlineData("stranger")]
    [InlineData("namesake")]
    public async Task Status_SignedBySomebodyElse_IsRefused(string signer)
    {
        using var authority = new OcspAuthority();
        using var stranger = new OcspAuthority(name: signer == "namesake" ? "OCSP Test Authority" : "Stranger");
        string leaf = authority.Issue();
        authority.IssueSigner("no-usage", hasUsage: false);
        authority.IssueSigner("expired", validFromDays: -20);
        authority.IssueSigner("future", validFromDays: 20);
        stranger.IssueSigner("signer");
        foreach (string extension in new[] { "pem", "key" })
        {
            File.Copy(stranger.Folder.At($"signer.{extension}"), authority.Folder.At($"stranger.{extension}"));
            File.Copy(stranger.Folder.At($"ca.{extension}"), authority.Folder.At($"namesake.{extension}"));
        }

        await using OcspResponder responder = await OcspResponder.StartAsync(authority, signer, "-nmin", "60");

        await RefusedAsync("the responder's answer is not signed by the certificate's issuer or somebody whom it authorized", leaf, authority.Pem);
    }

    [Fact]
    public async Task Status_SignedWithSha1_IsRefused()
    {
        using var authority = new OcspAuthority(isRsa: true);
        string leaf = authority.Issue();
        await using OcspResponder responder = await OcspResponder.StartAsync(authority, "ca", "-nmin", "60", "-rmd", "sha1");

        await RefusedAsync("the responder's answer is not signed by", leaf, authority.Pem);
    }

    [Fact]
    public async Task Response_AnyByteChanged_IsNeverTakenForAnother()
    {
        using var authority = new OcspAuthority();
        string leaf = authority.Issue();
        string revoked = authority.Issue('R');
        await using OcspResponder responder = await OcspResponder.StartAsync(authority, "ca", "-nmin", "60");
        OcspStaple staple = await FetchAsync(leaf, authority.Pem);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(leaf);
        using X509Certificate2 other = X509Certificate2.CreateFromPem(revoked);
        using X509Certificate2 issuer = X509Certificate2.CreateFromPem(authority.Pem);
        var check = new OcspResponseCheck(OcspCertificateId.Of(certificate, issuer), issuer, DateTimeOffset.UtcNow);

        for (int at = 0; at < staple.Der.Length; at++)
        {
            byte[] changed = [.. staple.Der];
            changed[at] ^= 0x21;
            OcspStaple? taken = TryCheck(check, changed);
            Assert.True(taken is null || (taken.ThisUpdate, taken.NextUpdate) == (staple.ThisUpdate, staple.NextUpdate), $"byte {at}");
            Assert.Null(TryCheck(check, staple.Der[..at]));
        }

        Assert.Null(TryCheck(check, [.. staple.Der, 0]));
        var wrong = new OcspResponseCheck(OcspCertificateId.Of(other, issuer), issuer, DateTimeOffset.UtcNow);
        Assert.Equal("the responder answers about another certificate", Assert.Throws<OcspException>(() => wrong.Check(staple.Der)).Message);
    }

    [Theory]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "answers with status 500")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", "answers with status 301")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "the responder's answer can't be read")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\x30\x03\x0a\x01\x03", "the responder answers to try later (tryLater)")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\x30\x03\x0a\x01\x06", "that it isn't asked about this certificate (unauthorized)")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n", "can't be asked")]
    [InlineData("nonsense\r\n\r\n", "can't be asked")]
    public async Task Responder_Misbehaves_IsReported(string response, string message)
    {
        await using var service = ScriptedUpstream.Start(new Transcript(), "responder");
        (string leaf, string issuer) = IssueFor(service.Plan.Address.Port);

        Task<OcspStaple> fetching = FetchAsync(leaf, issuer);
        ScriptedServerConnection connection = await service.AcceptAsync();
        Assert.Contains((await connection.ReadRequestAsync()).Fields, field => field is { Key: "Content-Type", Value: "application/ocsp-request" });
        await connection.SendAsync(response);

        Assert.Contains(message, (await Assert.ThrowsAsync<OcspException>(() => fetching)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Responder_Down_IsReported()
    {
        using var authority = new OcspAuthority();

        await RefusedAsync("can't be asked: Connection refused", authority.Issue(), authority.Pem);
    }

    [Fact]
    public async Task Certificate_ThatNamesNobody_IsRefused()
    {
        using var authority = new OcspAuthority();
        using var stranger = new OcspAuthority(name: "Stranger");
        string silent = authority.Issue(hasResponder: false);

        Assert.Null(OcspFetcher.FindResponder(silent));
        await RefusedAsync("the certificate names no responder (OCSP)", silent, authority.Pem);
        await RefusedAsync("CN=Stranger did not issue the certificate: its issuer is CN=OCSP Test Authority", authority.Issue(), stranger.Pem);
        await RefusedAsync("no certificate in PEM", "nonsense", authority.Pem);
    }

    private static async Task<OcspStaple> FetchAsync(string leaf, string issuer)
    {
        using var fetcher = new OcspFetcher(TimeProvider.System);
        return await fetcher.FetchAsync(leaf, issuer, default);
    }

    private static async Task RefusedAsync(string message, string leaf, string issuer)
    {
        var exception = await Assert.ThrowsAsync<OcspException>(() => FetchAsync(leaf, issuer));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Null(exception.RevokedAt);
    }

    // openssl looks at its clock, which counts seconds, once for the begin and once for the end.
    private static void ExpectValidity(TimeSpan validity, OcspStaple staple) =>
        Assert.InRange(staple.NextUpdate - staple.ThisUpdate, validity, validity + TimeSpan.FromSeconds(5));

    private static OcspStaple? TryCheck(OcspResponseCheck check, byte[] response)
    {
        try
        {
            return check.Check(response);
        }
        catch (OcspException)
        {
            return null;
        }
    }

    private static async Task VerifyAsync(OcspAuthority authority, string leaf, OcspStaple staple)
    {
        string response = authority.Folder.At("response.der");
        await File.WriteAllBytesAsync(response, staple.Der);
        TestKit.Tools.ToolRun verified = await TestKit.Tools.ToolRun.RunAsync(
            "openssl", "ocsp", "-respin", response, "-issuer", authority.Folder.At("ca.pem"), "-cert", authority.Folder.Write("leaf.pem", leaf), "-CAfile", authority.Folder.At("ca.pem"));
        Assert.Contains(": good", verified.Succeed(), StringComparison.Ordinal);
    }

    private static (string Leaf, string Issuer) IssueFor(int port)
    {
        using var authority = new OcspAuthority { Port = port };
        return (authority.Issue(), authority.Pem);
    }
}
