using Sluice.Config.Building;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Caching;
using Sluice.Config.Validation;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Tests;

/// <summary>What is said of caches depends on the machine, too.</summary>
public sealed class CacheTests : IDisposable
{
    private const string Route = "{ listen: \":80\", cache: { STORE }, routes: [{ proxy: \"http://a\", cache: true }] }";

    private readonly string _folder = Directory.CreateTempSubdirectory("sl").FullName;

    public void Dispose()
    {
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Memory_MoreThanTheMachineHas_IsAWarning()
    {
        var store = new CacheStoreConfig { MemoryBytes = 2L << 30 };
        var diagnostics = new DiagnosticBag();
        CacheStoreChecks.CheckMemory(store, (2L << 30) - 1, diagnostics);
        Diagnostic finding = Assert.Single(diagnostics.ToSortedList());
        CacheStoreChecks.CheckMemory(store, 2L << 30, diagnostics);

        Assert.Equal((DiagnosticCodes.IneffectiveCache, "`memory` is 2GiB, more than a process can have here"), (finding.Code, finding.Message));
        Assert.Single(diagnostics.ToSortedList());
        Assert.True(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > 0, "It is known before the first collection.");
    }

    [Fact]
    public void Disk_FolderOfItsOwn_IsFineAndLeftEmpty()
    {
        Assert.Empty(Load($"disk: {_folder}").Diagnostics);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Disk_FolderThatIsReadOnly_IsAWarningToWhomThatMatters()
    {
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        IReadOnlyList<Diagnostic> findings = Load($"disk: {{ path: {_folder}, size: 1GiB }}").Diagnostics;

        // The super-user can write everywhere.
        string[] expected = Environment.IsPrivilegedProcess ? [] : [$"`{_folder}` can't be written to by {Environment.UserName}"];
        Assert.Equal(expected, findings.Select(finding => finding.Message));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/var/lib/")]
    [InlineData("/var/cache/../log")]
    [InlineData("/proc/self/fd")]
    public void Disk_FolderOfTheSystem_IsRefused(string folder)
    {
        Diagnostic finding = Assert.Single(Load($"disk: {folder}").Diagnostics);

        Assert.Equal((DiagnosticCodes.ImpossibleCache, $"`{folder}` belongs to the system"), (finding.Code, finding.Message));
    }

    [Fact]
    public void Disk_FolderThatHoldsServedFiles_IsRefused()
    {
        string served = Directory.CreateDirectory(Path.Combine(_folder, "public")).FullName;
        ConfigResult result = ConfigLoader.LoadText($$"""
            listen: ":80"
            cache: { disk: {{_folder}} }
            routes: [{ proxy: "http://a", cache: true }, { match: /files/*, files: {{served}} }]
            """, "file");

        Diagnostic finding = Assert.Single(result.Diagnostics);
        Assert.Equal((DiagnosticCodes.ImpossibleCache, $"`{_folder}` holds `{served}`, whose files are served"), (finding.Code, finding.Message));
    }

    [Fact]
    public void UnknownPolicy_WithACache_IsToldAndNothingElse()
    {
        ConfigResult result = ConfigLoader.LoadText("""
            listen: ":80"
            routes: [{ proxy: "http://a", use: nobody, cache: true }]
            """, "file");

        Assert.Equal(DiagnosticCodes.UnknownPolicy, Assert.Single(result.Diagnostics).Code);
    }

    [Fact]
    public void Condition_OfAnUnknownListener_IsTold()
    {
        ConfigResult result = ConfigLoader.LoadText("""
            listen: ":80"
            routes: [{ proxy: "http://a", cache: { bypass: { listener: other } } }]
            """, "file");

        Assert.Equal(DiagnosticCodes.UnknownListener, Assert.Single(result.Diagnostics).Code);
    }

    [Fact]
    public void Builder_CacheMethods_GiveWhatAFileGives()
    {
        var builder = new SluiceBuilder();
        builder.Listen(":80").Cache(store => store.Set("memory", "64MiB").Set("disk", disk => disk.Set("path", _folder).Set("size", "2GiB")));
        builder.Route("/a").Proxy("http://a").Cache();
        builder.Route("/b").Proxy("http://b").Cache(cache => cache
            .Set("key_headers", ["accept-language"])
            .Set("valid", valid => valid.Set("200", "10m").Set("any", "1m"))
            .Set("bypass", bypass => bypass.Set("cookie", cookie => cookie.Set("session", test => test.Set("present", true)))));
        builder.Route("/c").Proxy("http://c").Cache(false);

        var diagnostics = new DiagnosticBag();
        ProxyPlan plan = Compilation.PlanCompiler.Compile(builder.Build(diagnostics));
        ConfigResult expected = ConfigLoader.LoadText($$"""
            listen: ":80"
            cache: { memory: 64MiB, disk: { path: {{_folder}}, size: 2GiB } }
            routes:
              - { match: /a, proxy: http://a, cache: true }
              - match: /b
                proxy: http://b
                cache:
                  key_headers: accept-language
                  valid: { 200: 10m, any: 1m }
                  bypass: { cookie: { session: { present: true } } }
              - { match: /c, proxy: http://c }
            """, "file");

        Assert.Empty(diagnostics.ToSortedList());
        Assert.Empty(expected.Diagnostics);
        Assert.Equal(expected.Plan, plan);
    }

    private static ConfigResult Load(string store) => ConfigLoader.LoadText(Route.Replace("STORE", store, StringComparison.Ordinal), "file");
}
