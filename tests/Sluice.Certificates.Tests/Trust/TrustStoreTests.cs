using Sluice.Certificates.Local;
using Sluice.Certificates.Trust;
using Sluice.TestKit.Tools;

namespace Sluice.Certificates.Tests.Trust;

/// <summary>Stores in folders of the test: this machine's own are not touched.</summary>
public sealed class TrustStoreTests : IAsyncLifetime, IDisposable
{
    private readonly ScratchFolder _folder = new();
    private LocalAuthority _authority = null!;

    public async Task InitializeAsync() => _authority = await LocalAuthority.OpenAsync(_folder.At("store"), TimeProvider.System);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("usr/local/share/ca-certificates", "update-ca-certificates", "", ".crt")]
    [InlineData("etc/pki/ca-trust/source/anchors", "update-ca-trust", "extract", ".pem")]
    [InlineData("etc/ca-certificates/trust-source/anchors", "trust", "extract-compat", ".crt")]
    [InlineData("etc/pki/trust/anchors", "update-ca-certificates", "", ".pem")]
    public async Task SystemStore_EachKind_GetsTheFileAndRunsItsProgram(string anchors, string program, string arguments, string extension)
    {
        Directory.CreateDirectory(_folder.At(anchors));
        _folder.WriteScript("bin/" + program, $"echo \"$*\" >> {_folder.At("calls")}");
        var store = new TrustStore(Places());

        TrustResult installed = Assert.Single(await store.InstallAsync(_authority.RootPem, default));
        string file = Assert.Single(Directory.GetFiles(_folder.At(anchors)));
        Assert.Equal(_authority.RootPem, File.ReadAllText(file));
        TrustResult again = Assert.Single(await store.InstallAsync(_authority.RootPem, default));
        TrustResult removed = Assert.Single(await store.RemoveAsync(_authority.RootPem, default));
        TrustResult gone = Assert.Single(await store.RemoveAsync(_authority.RootPem, default));

        Assert.Matches($"/sluice-local-[0-9a-f]{{16}}{extension}$", file);
        Assert.Equal(
            [TrustOutcome.Installed, TrustOutcome.AlreadyInstalled, TrustOutcome.Removed, TrustOutcome.NotInstalled],
            new[] { installed, again, removed, gone }.Select(result => result.Outcome));
        Assert.Equal(("system", file), (installed.Store, installed.Detail));
        Assert.Empty(Directory.GetFiles(_folder.At(anchors)));
        Assert.Equal($"{arguments}\n{arguments}\n", File.ReadAllText(_folder.At("calls")));
    }

    [Fact]
    public async Task SystemStore_RealProgramOfDebian_TrustsAndForgets()
    {
        string anchors = _folder.At("usr/local/share/ca-certificates");
        Directory.CreateDirectory(anchors);
        Directory.CreateDirectory(_folder.At("bundle"));
        Directory.CreateDirectory(_folder.At("hooks"));
        _folder.Write("certificates.conf", "");
        _folder.WriteScript(
            "bin/update-ca-certificates",
            $"exec /usr/sbin/update-ca-certificates --certsconf {_folder.At("certificates.conf")} --localcertsdir {anchors} --etccertsdir {_folder.At("bundle")} --hooksdir {_folder.At("hooks")}");
        var store = new TrustStore(Places());

        TrustResult installed = Assert.Single(await store.InstallAsync(_authority.RootPem, default));
        int trusted = await VerifyAsync();
        TrustResult removed = Assert.Single(await store.RemoveAsync(_authority.RootPem, default));
        int forgotten = await VerifyAsync();

        Assert.Equal((TrustOutcome.Installed, 0), (installed.Outcome, trusted));
        Assert.Equal(TrustOutcome.Removed, removed.Outcome);
        Assert.NotEqual(0, forgotten);
    }

    [Fact]
    public async Task SystemStore_NoneKnown_SaysSo()
    {
        var store = new TrustStore(Places());

        TrustResult installed = Assert.Single(await store.InstallAsync(_authority.RootPem, default));
        TrustResult removed = Assert.Single(await store.RemoveAsync(_authority.RootPem, default));

        Assert.Equal(TrustOutcome.Failed, installed.Outcome);
        Assert.Contains("install the package ca-certificates", installed.Detail, StringComparison.Ordinal);
        Assert.Equal(TrustOutcome.NotInstalled, removed.Outcome);
    }

    [Fact]
    public async Task SystemStore_ProgramFails_IsAsBefore()
    {
        string anchors = _folder.At("usr/local/share/ca-certificates");
        Directory.CreateDirectory(anchors);
        string program = _folder.WriteScript("bin/update-ca-certificates", "echo disk full >&2; exit 28");
        var store = new TrustStore(Places());

        TrustResult failed = Assert.Single(await store.InstallAsync(_authority.RootPem, default));

        Assert.Equal(new TrustResult("system", TrustOutcome.Failed, $"{program} ended with 28: disk full"), failed);
        Assert.Empty(Directory.GetFiles(anchors));
    }

    [Fact]
    public async Task SystemStore_NotPermitted_SaysToRunItAsRoot()
    {
        string anchors = _folder.At("usr/local/share/ca-certificates");
        Directory.CreateDirectory(anchors);
        _folder.WriteScript("bin/update-ca-certificates", $"touch {_folder.At("called")}");
        var store = new TrustStore(Places());
        await store.InstallAsync(_authority.RootPem, default);
        string file = Assert.Single(Directory.GetFiles(anchors));

        // Even root can't write to a folder as to a file: the same error as without permission.
        File.Delete(file);
        File.Delete(_folder.At("called"));
        Directory.CreateDirectory(file);
        TrustResult refused = Assert.Single(await store.InstallAsync(_authority.RootPem, default));

        Assert.Equal(TrustOutcome.Failed, refused.Outcome);
        Assert.EndsWith("is denied: run this as root", refused.Detail, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("called")));
    }

    [Fact]
    public async Task Databases_OfBrowsers_TrustAndForget()
    {
        string chromium = await MakeDatabaseAsync(".pki/nssdb");
        string firefox = await MakeDatabaseAsync(".mozilla/firefox/abc.default-release");
        Directory.CreateDirectory(_folder.At("home/.mozilla/firefox/Crash Reports"));
        var store = new TrustStore(Places() with { ProgramFolders = ["/usr/bin"] });

        IReadOnlyList<TrustResult> installed = await store.InstallAsync(_authority.RootPem, default);
        Assert.Equal([("system", TrustOutcome.Failed), (chromium, TrustOutcome.Installed), (firefox, TrustOutcome.Installed)], Summary(installed));
        Assert.Contains("C,,", await ListAsync(chromium), StringComparison.Ordinal);
        Assert.Equal("good", await ValidateAsync(firefox, "app.internal"));
        Assert.Equal("bad", await ValidateAsync(firefox, "example.com"));

        IReadOnlyList<TrustResult> again = await store.InstallAsync(_authority.RootPem, default);
        Assert.All(again.Skip(1), result => Assert.Equal(TrustOutcome.AlreadyInstalled, result.Outcome));
        IReadOnlyList<TrustResult> removed = await store.RemoveAsync(_authority.RootPem, default);
        Assert.All(removed.Skip(1), result => Assert.Equal(TrustOutcome.Removed, result.Outcome));
        Assert.DoesNotContain("Sluice", await ListAsync(firefox), StringComparison.Ordinal);
        IReadOnlyList<TrustResult> gone = await store.RemoveAsync(_authority.RootPem, default);
        Assert.All(gone, result => Assert.Equal(TrustOutcome.NotInstalled, result.Outcome));
    }

    [Fact]
    public async Task Databases_TwoRoots_StandBesideEachOther()
    {
        string database = await MakeDatabaseAsync(".pki/nssdb");
        using LocalAuthority other = await LocalAuthority.OpenAsync(_folder.At("other"), TimeProvider.System);
        var store = new TrustStore(Places() with { ProgramFolders = ["/usr/bin"] });

        await store.InstallAsync(_authority.RootPem, default);
        await store.InstallAsync(other.RootPem, default);
        await store.RemoveAsync(other.RootPem, default);

        Assert.Single((await ListAsync(database)).Split('\n'), line => line.Contains("Sluice local authority", StringComparison.Ordinal));
        Assert.Equal(TrustOutcome.AlreadyInstalled, (await store.InstallAsync(_authority.RootPem, default))[1].Outcome);
    }

    [Fact]
    public async Task Databases_ProgramMissing_SaysWhatToInstall()
    {
        await MakeDatabaseAsync(".pki/nssdb");

        TrustResult failed = (await new TrustStore(Places()).InstallAsync(_authority.RootPem, default))[1];

        Assert.Equal(TrustOutcome.Failed, failed.Outcome);
        Assert.StartsWith("certutil is missing: install the package libnss3-tools", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Databases_Broken_ReportWhatTheProgramSays()
    {
        _folder.Write("home/.pki/nssdb/cert9.db", "this is no database");

        TrustResult failed = (await new TrustStore(Places() with { ProgramFolders = ["/usr/bin"] }).InstallAsync(_authority.RootPem, default))[1];

        Assert.Equal(TrustOutcome.Failed, failed.Outcome);
        Assert.StartsWith("certutil ended with 255: ", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_NoCertificate_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => new TrustStore(Places()).InstallAsync("nonsense", default));
    }

    [Fact]
    public void Home_OfUser_IsFoundInPasswd()
    {
        string[] lines = ["root:x:0:0:root:/root:/bin/bash", "nonsense", "ann:x:1000:1000::/home/ann:/bin/sh"];

        Assert.Equal("/home/ann", TrustPlaces.HomeOf("ann", lines));
        Assert.Null(TrustPlaces.HomeOf("bob", lines));
    }

    private static IEnumerable<(string Store, TrustOutcome Outcome)> Summary(IEnumerable<TrustResult> results) =>
        results.Select(result => (result.Store, result.Outcome));

    private static async Task<string> ListAsync(string database) => (await ToolRun.RunAsync("certutil", "-L", "-d", $"sql:{database}")).Succeed();

    private TrustPlaces Places() => new() { SystemRoot = _folder.Path, Home = _folder.At("home"), ProgramFolders = [_folder.At("bin")] };

    private async Task<string> MakeDatabaseAsync(string name)
    {
        string path = _folder.At("home", name);
        Directory.CreateDirectory(path);
        (await ToolRun.RunAsync("certutil", "-N", "-d", $"sql:{path}", "--empty-password")).Succeed();
        return path;
    }

    private async Task<int> VerifyAsync()
    {
        string leaf = _folder.Write("leaf.pem", _authority.Issue("localhost").CertificatePem);
        return (await ToolRun.RunAsync("openssl", "verify", "-no-CAfile", "-no-CAstore", "-CApath", _folder.At("bundle"), "-untrusted", leaf, leaf)).ExitCode;
    }

    // What NSS, and with it Firefox, thinks of a certificate that the authority's key signed for a name.
    private async Task<string> ValidateAsync(string database, string name)
    {
        string key = File.ReadAllText(_folder.At("store/local/authority.pem"));
        string[] chain = LocalIssuer.ReadPem(key)!.Issue(name, DateTimeOffset.UtcNow).CertificatePem.Split("-----END CERTIFICATE-----\n");
        foreach ((string nickname, int index) in new[] { ("leaf", 0), ("middle", 1) })
        {
            string file = _folder.Write($"{nickname}.pem", $"{chain[index]}-----END CERTIFICATE-----\n");
            (await ToolRun.RunAsync("certutil", "-A", "-d", $"sql:{database}", "-n", $"{nickname} {name}", "-t", ",,", "-a", "-i", file)).Succeed();
        }

        ToolRun validated = await ToolRun.RunAsync("certutil", "-V", "-d", $"sql:{database}", "-u", "V", "-n", $"leaf {name}");
        return validated.Output.Contains("certificate is valid", StringComparison.Ordinal) ? "good" : "bad";
    }
}
