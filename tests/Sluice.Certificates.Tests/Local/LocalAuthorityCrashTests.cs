using Sluice.Certificates.Local;
using Sluice.TestKit.Tools;

namespace Sluice.Certificates.Tests.Local;

/// <summary>
/// What a process that is killed between two steps leaves on the disk: whoever opens the authority then gets one that issues, whose root is the one that was or
/// is to be trusted, and that gets its successor in time.
/// </summary>
public sealed class LocalAuthorityCrashTests : IDisposable
{
    private const string Half = "-----BEGIN CERTIFICATE-----\nMIIB";
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3_650);

    private readonly ScratchFolder _folder = new();
    private readonly ManualTime _time = new(Begin);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Making_CutOffBeforeTheAuthorityIsThere_IsBegunAnew()
    {
        _folder.Write("store/local/.lock", "");
        _folder.Write("store/local/authority.pem.new", Half);

        using LocalAuthority authority = await OpenAsync();

        await ExpectSoundAsync(authority, authority.RootPem);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Making_CutOffBeforeTheRootIsThere_GoesOn(bool hasBegunToWriteIt)
    {
        string root = await MakeAsync();
        File.Delete(At("root.pem"));
        Leave("root.pem.new", hasBegunToWriteIt);

        using LocalAuthority authority = await OpenAsync();

        await ExpectSoundAsync(authority, root);
    }

    [Fact]
    public async Task Successor_CutOffBeforeItIsThere_IsMadeAnew()
    {
        string root = await MakeAsync();
        _time.Advance(Lifetime - TimeSpan.FromDays(364));
        Leave("next.pem.new");

        using LocalAuthority authority = await OpenAsync();

        Assert.Equal((root, 2), (authority.RootPem, authority.RootPems.Count));
        await ExpectSoundAsync(authority, [.. authority.RootPems]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Successor_CutOffBeforeItsRootIsThere_GoesOn(bool hasBegunToWriteIt)
    {
        (string old, string successor) = await MakeSuccessorAsync();
        File.WriteAllText(At("root.pem"), old);
        Leave("root.pem.new", hasBegunToWriteIt);

        using LocalAuthority authority = await OpenAsync();

        await ExpectSoundAsync(authority, old, successor);
    }

    [Fact]
    public async Task TakeOver_CutOffBeforeTheAuthorityIsReplaced_IsDoneAgain()
    {
        (_, string successor) = await MakeSuccessorAsync();
        _time.Advance(TimeSpan.FromDays(336));
        Leave("authority.pem.new");

        using LocalAuthority authority = await OpenAsync();

        await ExpectSoundAsync(authority, successor);
    }

    [Fact]
    public async Task TakeOver_CutOffBeforeTheSuccessorIsRemoved_GoesOn()
    {
        (_, string successor) = await MakeSuccessorAsync();
        _time.Advance(TimeSpan.FromDays(336));
        File.Copy(At("next.pem"), At("authority.pem"), overwrite: true);
        Assert.Equal([successor], LocalAuthority.FindRoots(_folder.At("store")));

        using LocalAuthority authority = await OpenAsync();

        await ExpectSoundAsync(authority, successor);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TakeOver_CutOffBeforeTheRootIsReplaced_GoesOn(bool hasBegunToWriteIt)
    {
        (_, string successor) = await MakeSuccessorAsync();
        _time.Advance(TimeSpan.FromDays(336));
        File.Move(At("next.pem"), At("authority.pem"), overwrite: true);
        Leave("root.pem.new", hasBegunToWriteIt);

        using LocalAuthority authority = await OpenAsync();

        await ExpectSoundAsync(authority, successor);
    }

    [Fact]
    public async Task TakeOver_CutOffWhileAnotherProcessIsOpen_IsTakenOverThere()
    {
        (_, string successor) = await MakeSuccessorAsync();
        using LocalAuthority authority = await OpenAsync();
        _time.Advance(TimeSpan.FromDays(336));
        File.Copy(At("next.pem"), At("authority.pem"), overwrite: true);

        Assert.True(await authority.RenewIfDueAsync(default));

        await ExpectSoundAsync(authority, successor);
    }

    // A file system that was cut off from its power may have kept the second change and not the first.
    [Fact]
    public async Task Successor_ThatIsAllThereIs_TakesOver()
    {
        (_, string successor) = await MakeSuccessorAsync();
        File.Delete(At("authority.pem"));
        Assert.Equal([successor], LocalAuthority.FindRoots(_folder.At("store")));

        using LocalAuthority authority = await OpenAsync();

        await ExpectSoundAsync(authority, successor);
    }

    private string At(string file) => _folder.At("store", "local", file);

    private Task<LocalAuthority> OpenAsync() => LocalAuthority.OpenAsync(_folder.At("store"), _time);

    private void Leave(string file, bool isLeft = true)
    {
        if (isLeft)
        {
            File.WriteAllText(At(file), Half);
        }
    }

    private async Task<string> MakeAsync()
    {
        using LocalAuthority authority = await OpenAsync();
        return authority.RootPem;
    }

    // A year before the end of the first.
    private async Task<(string Old, string Successor)> MakeSuccessorAsync()
    {
        await MakeAsync();
        _time.Advance(Lifetime - TimeSpan.FromDays(364));
        using LocalAuthority authority = await OpenAsync();
        Assert.Equal(2, authority.RootPems.Count);
        return (authority.RootPems[0], authority.RootPems[1]);
    }

    private async Task ExpectSoundAsync(LocalAuthority authority, params string[] roots)
    {
        Assert.Equal(roots, authority.RootPems);
        Assert.Equal(roots, LocalAuthority.FindRoots(_folder.At("store")));
        Assert.Equal(string.Concat(roots), File.ReadAllText(authority.RootFile));
        Assert.Equal(_time.GetUtcNow().AddHours(12), authority.Issue("localhost").NotAfter);
        string[] files = [".lock", "authority.pem", .. roots.Length == 2 ? ["next.pem"] : Array.Empty<string>(), "root.pem"];
        Assert.Equal(files, Directory.GetFiles(_folder.At("store", "local"), "*", new EnumerationOptions { AttributesToSkip = 0 }).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        if (roots.Length == 1)
        {
            // Its own successor is another one, trusted beside it for most of a year.
            _time.Advance(authority.RootNotAfter - _time.GetUtcNow() - TimeSpan.FromDays(364));
            Assert.True(await authority.RenewIfDueAsync(default));
            Assert.Equal((roots[0], 2), (authority.RootPem, authority.RootPems.Distinct().Count()));
        }
    }
}
