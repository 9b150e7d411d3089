using System.Globalization;

namespace Sluice.Scenarios.Files;

/// <summary>Lists of what is in a folder.</summary>
public sealed class FolderListingTests : IAsyncDisposable
{
    private readonly FileStage _stage = new() { Plan = plan => plan with { Listing = true } };

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task Folder_IsListed_FoldersFirst_WithoutWhatIsHidden()
    {
        _stage.Write("docs/b.txt", "12345");
        _stage.Write("docs/a.txt", "x");
        _stage.Write("docs/.secret", "x");
        _stage.Write("docs/sub/c.txt", "x");

        HttpResponse response = await _stage.GetAsync("/docs/");

        Assert.Equal((200, "text/html; charset=utf-8"), (response.Status, response["Content-Type"]));
        string[] names = [.. response.Text.Split("<a href=\"").Skip(1).Select(part => part.Split('"')[0])];
        Assert.Equal(["../", "./sub/", "./a.txt", "./b.txt"], names);
        Assert.Contains("<td>2020-01-02 03:04</td><td>5</td>", response.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", response.Text, StringComparison.Ordinal);
    }

    // F-08.
    [Theory]
    [InlineData("<script>alert(1)<_script>", "./%3Cscript%3Ealert%281%29%3C_script%3E")]
    [InlineData("javascript:alert(1)", "./javascript%3Aalert%281%29")]
    [InlineData("a\"onmouseover=\"x", "./a%22onmouseover%3D%22x")]
    [InlineData("a&b#c?d", "./a%26b%23c%3Fd")]
    public async Task Name_IsNothingButAName(string name, string link)
    {
        _stage.Write(name, "x");

        HttpResponse response = await _stage.GetAsync("/");

        Assert.Contains($"<a href=\"{link}\">", response.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", response.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"onmouse", response.Text, StringComparison.Ordinal);
        Assert.Equal("x", (await _stage.GetAsync("/" + link[2..])).Text);
    }

    [Fact]
    public async Task PathOfTheFolder_IsEscaped()
    {
        _stage.Write("<b>/x", "x");

        Assert.DoesNotContain("<b>", (await _stage.GetAsync("/%3Cb%3E/")).Text, StringComparison.Ordinal);
    }

    // F-08.
    [Fact]
    public async Task FolderOfMany_IsListedInPart()
    {
        Directory.CreateDirectory(_stage.At("many"));
        for (int i = 0; i < 2100; i++)
        {
            await File.WriteAllTextAsync(_stage.At(string.Create(CultureInfo.InvariantCulture, $"many/{i}")), "");
        }

        HttpResponse response = await _stage.GetAsync("/many/");

        Assert.Equal(2001, response.Text.Split("<a href=").Length - 1);
        Assert.Contains("Only 2000 entries are shown.", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_GoesBeforeTheList_AndTheSlashBeforeBoth()
    {
        _stage.Write("docs/index.html", "index");
        _stage.Write("plain/a.txt", "x");

        Assert.Equal("index", (await _stage.GetAsync("/docs/")).Text);
        HttpResponse redirect = await _stage.GetAsync("/plain");
        Assert.Equal((308, "/plain/"), (redirect.Status, redirect["Location"]));
        Assert.Equal(404, (await _stage.GetAsync("/missing/")).Status);
    }
}
