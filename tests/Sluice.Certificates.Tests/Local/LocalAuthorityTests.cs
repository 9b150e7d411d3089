using System.Security.Cryptography.X509Certificates;
using Sluice.Certificates.Local;
using Sluice.TestKit.Tools;

namespace Sluice.Certificates.Tests.Local;

/// <summary>The local authority, with openssl and curl as those who have to trust it.</summary>
public sealed class LocalAuthorityTests : IDisposable
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LocalHost", true)]
    [InlineData("app.localhost", true)]
    [InlineData("a.b.internal", true)]
    [InlineData("*.app.internal", true)]
    [InlineData("*.localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.1.2.3", true)]
    [InlineData("::1", true)]
    [InlineData("internal", false)]
    [InlineData("localhost.", false)]
    [InlineData(".internal", false)]
    [InlineData("a..internal", false)]
    [InlineData("-a.internal", false)]
    [InlineData("a b.internal", false)]
    [InlineData("a.*.internal", false)]
    [InlineData("ä.internal", false)]
    [InlineData("notlocalhost", false)]
    [InlineData("example.com", false)]
    [InlineData("localhost.example.com", false)]
    [InlineData("127.1", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("[::1]", false)]
    [InlineData("", false)]
    public void Covers_LocalNamesOnly(string name, bool isCovered)
    {
        Assert.Equal(isCovered, LocalAuthority.Covers(name));
    }

    [Theory]
    [InlineData("localhost", "-verify_hostname", "localhost")]
    [InlineData("App.Internal", "-verify_hostname", "app.internal")]
    [InlineData("*.app.internal", "-verify_hostname", "x.app.internal")]
    [InlineData("127.0.0.1", "-verify_ip", "127.0.0.1")]
    [InlineData("::1", "-verify_ip", "::1")]
    public async Task Issue_LocalName_IsVerifiedByOpenSsl(string name, string check, string as_)
    {
        using LocalAuthority authority = await OpenAsync();

        CertificatePair pair = authority.Issue(name);

        Assert.Equal([name.ToLowerInvariant()], pair.Names);
        string leaf = _folder.Write("leaf.pem", pair.CertificatePem);
        ToolRun verified = await ToolRun.RunAsync(
            "openssl", "verify", "-x509_strict", "-purpose", "sslserver", check, as_, "-CAfile", authority.RootFile, "-untrusted", leaf, leaf);
        Assert.Equal((0, ""), (verified.ExitCode, verified.Error));
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("internal.example.com")]
    [InlineData("10.0.0.1")]
    public async Task Key_Stolen_CanNotSignForOtherNames(string name)
    {
        using LocalAuthority authority = await OpenAsync();
        string stolen = File.ReadAllText(_folder.At("store", "local", "authority.pem"));

        string leaf = _folder.Write("leaf.pem", LocalIssuer.ReadPem(stolen)!.Issue(name, DateTimeOffset.UtcNow).CertificatePem);

        ToolRun verified = await ToolRun.RunAsync("openssl", "verify", "-CAfile", authority.RootFile, "-untrusted", leaf, leaf);
        Assert.Contains("permitted subtree violation", verified.Error, StringComparison.Ordinal);
        Assert.Equal(1, System.Text.RegularExpressions.Regex.Count(stolen, "PRIVATE KEY-----\n", default, TimeSpan.FromSeconds(1)) / 2);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("app.internal")]
    [InlineData("127.0.0.1")]
    public async Task Issue_LocalName_IsTakenByCurl(string name)
    {
        using LocalAuthority authority = await OpenAsync();
        await using var server = new TlsServer(authority.Issue(name));

        ToolRun trusted = await CurlAsync(name, server.Port, "--cacert", authority.RootFile);
        ToolRun untrusted = await CurlAsync(name, server.Port);

        Assert.Equal((0, "hello"), (trusted.ExitCode, trusted.Output));
        Assert.Equal(60, untrusted.ExitCode);
    }

    [Fact]
    public async Task Issue_Twice_IsFor12HoursWithItsOwnKey()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using LocalAuthority authority = await LocalAuthority.OpenAsync(_folder.At("store"), time);

        CertificatePair first = authority.Issue("localhost");
        CertificatePair second = authority.Issue("localhost");

        Assert.Equal(time.GetUtcNow().AddHours(12), first.NotAfter);
        Assert.NotEqual(first.KeyPem, second.KeyPem);
        using X509Certificate2 leaf = X509Certificate2.CreateFromPem(first.CertificatePem, first.KeyPem);
        Assert.Equal((first.NotBefore, first.NotAfter), (leaf.NotBefore.ToUniversalTime(), leaf.NotAfter.ToUniversalTime()));
        Assert.True(leaf.HasPrivateKey);
    }

    [Fact]
    public async Task Issue_ForeignName_IsRefused()
    {
        using LocalAuthority authority = await OpenAsync();

        Assert.Throws<ArgumentException>(() => authority.Issue("example.com"));
    }

    [Fact]
    public async Task Open_Again_HasTheSameRoot()
    {
        using LocalAuthority first = await OpenAsync();
        using LocalAuthority second = await OpenAsync();

        Assert.Equal(first.RootPem, second.RootPem);
        Assert.Equal(first.RootPem, File.ReadAllText(first.RootFile));
    }

    [Fact]
    public async Task Open_ManyAtOnce_AllGetOneRoot()
    {
        LocalAuthority[] opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(OpenAsync)));

        Assert.Single(opened.Select(authority => authority.RootPem).Distinct());
    }

    [Fact]
    public async Task Open_NewFolder_IsForItsOwnerOnly()
    {
        using LocalAuthority authority = await OpenAsync();

        Assert.Equal([FolderMode, FolderMode], new[] { _folder.At("store"), _folder.At("store", "local") }.Select(File.GetUnixFileMode));
        string[] files = Directory.GetFiles(_folder.At("store", "local"), "*", new EnumerationOptions { AttributesToSkip = 0 });
        Assert.Equal([".lock", "authority.pem", "root.pem"], files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(FileMode, File.GetUnixFileMode(file)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task Open_SomethingElseInTheFile_IsLeftAlone(string text)
    {
        string file = _folder.Write("store/local/authority.pem", text);

        var exception = await Assert.ThrowsAsync<CertificateException>(OpenAsync);

        Assert.Contains($"{file} is not a local authority any more", exception.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file));
    }

    [Fact]
    public async Task Open_KeyOfAnother_IsRefused()
    {
        using LocalAuthority authority = await OpenAsync();
        string file = _folder.At("store", "local", "authority.pem");
        string other = LocalIssuer.Create(DateTimeOffset.UtcNow).WritePem();
        string text = File.ReadAllText(file);
        File.WriteAllText(file, string.Concat(text.AsSpan(0, text.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)), other.AsSpan(other.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal))));

        await Assert.ThrowsAsync<CertificateException>(OpenAsync);
    }

    [Fact]
    public async Task Open_FolderCanNotBeMade_SaysSo()
    {
        _folder.Write("store", "a file where the folder should be");

        var exception = await Assert.ThrowsAsync<CertificateException>(OpenAsync);

        Assert.Contains("of the local authority can't be made", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_NearItsEnd_GetsASuccessorFirstAndIsReplacedLater()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using LocalAuthority authority = await LocalAuthority.OpenAsync(_folder.At("store"), time);
        string old = authority.RootPem;

        time.Advance(TimeSpan.FromDays(3_650 - 366));
        Assert.False(await authority.RenewIfDueAsync(default));
        time.Advance(TimeSpan.FromDays(2));
        Assert.True(await authority.RenewIfDueAsync(default));
        Assert.False(await authority.RenewIfDueAsync(default));
        Assert.Equal((old, 2), (authority.RootPem, authority.RootPems.Count));
        Assert.Equal(string.Concat(authority.RootPems), File.ReadAllText(authority.RootFile));
        string successor = authority.RootPems[1];

        time.Advance(TimeSpan.FromDays(336));
        Assert.True(await authority.RenewIfDueAsync(default));
        Assert.Equal([successor], authority.RootPems);
        Assert.Equal(time.GetUtcNow().AddHours(12), authority.Issue("localhost").NotAfter);
        using LocalAuthority again = await LocalAuthority.OpenAsync(_folder.At("store"), time);
        Assert.Equal([successor], again.RootPems);
    }

    private Task<LocalAuthority> OpenAsync() => LocalAuthority.OpenAsync(_folder.At("store"), TimeProvider.System);

    private static Task<ToolRun> CurlAsync(string name, int port, params string[] more) =>
        ToolRun.RunAsync("curl", ["--silent", "--max-time", "40", "--resolve", $"{name}:{port}:127.0.0.1", .. more, $"https://{name}:{port}/"]);
}
