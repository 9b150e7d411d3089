using System.Globalization;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Tools;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Files;

/// <summary>Nobody gets a file from outside of the folder that is served, in whatever way it is spelt or linked (F-01 to F-08).</summary>
public sealed class EscapeTests : IAsyncDisposable
{
    private const string Secret = "SECRET";
    private const int SwitchedFiles = 2000;

    private readonly ScratchFolder _scratch = new();
    private readonly ProxyFixture _proxy;

    public EscapeTests()
    {
        _scratch.Write("secret.txt", Secret);
        _scratch.Write("root-of-others/secret.txt", Secret);
        _scratch.Write("root/.env", Secret);
        _scratch.Write("root/.git/config", Secret);
        _scratch.Write("root/index.html", "index");
        _scratch.Write("root/a.txt", "a");
        _scratch.Write("root/sub/b.txt", "b");
        File.CreateSymbolicLink(_scratch.At("root", "link.txt"), _scratch.At("secret.txt"));
        File.CreateSymbolicLink(_scratch.At("root", "up.txt"), "../secret.txt");
        Directory.CreateSymbolicLink(_scratch.At("root", "up"), "..");
        File.CreateSymbolicLink(_scratch.At("root", "descriptor"), "/proc/self/fd/0");
        File.CreateSymbolicLink(_scratch.At("root", "zero"), "/dev/zero");
        var allowAll = new PathPolicyPlan
        {
            DotSegments = PathVerdict.Allow, DoubleSlash = PathVerdict.Allow, EncodedSlash = PathVerdict.Allow, EncodedBackslash = PathVerdict.Allow,
            EncodedNul = PathVerdict.Allow, Semicolon = PathVerdict.Allow,
        };
        var route = new RoutePlan { Name = "files", Action = new FilesAction(_scratch.At("root")) { Listing = true }, PathPolicy = allowAll };
        _proxy = ProxyFixture.Start(new ProxySetup { Routes = [route] }, new Transcript());
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _scratch.Dispose();
    }

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/sub/../../secret.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/%2E%2E%2Fsecret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/..%5csecret.txt")]
    [InlineData("/..%5c..%5csecret.txt")]
    [InlineData("/%252e%252e/secret.txt")]
    [InlineData("/%252e%252e%252fsecret.txt")]
    [InlineData("/.%00./secret.txt")]
    [InlineData("/..%00/secret.txt")]
    [InlineData("/../secret.txt%00.html")]
    [InlineData("/....//secret.txt")]
    [InlineData("/..;/secret.txt")]
    [InlineData("/.;/../secret.txt")]
    [InlineData("/%c0%ae%c0%ae/secret.txt")]
    [InlineData("/%e0%80%ae%e0%80%ae/secret.txt")]
    [InlineData("/%uff0e%uff0e/secret.txt")]
    [InlineData("/..%c0%afsecret.txt")]
    [InlineData("/../root-of-others/secret.txt")]
    [InlineData("/-of-others/secret.txt")]
    [InlineData("//secret.txt")]
    [InlineData("/C:/secret.txt")]
    [InlineData("/a.txt::$DATA")]
    [InlineData("/A~1.TXT")]
    [InlineData("/link.txt")]
    [InlineData("/up.txt")]
    [InlineData("/up/secret.txt")]
    [InlineData("/up/root/.env")]
    [InlineData("/up/")]
    [InlineData("/descriptor")]
    [InlineData("/dev/fd/0")]
    [InlineData("/zero")]
    [InlineData("/.env")]
    [InlineData("/%2eenv")]
    [InlineData("/.git/config")]
    [InlineData("/sub/../.git/config")]
    [InlineData("/.well-known/../.env")]
    [InlineData("/.well-known%2f..%2f.env")]
    public async Task Spelling_NeverLeadsOut(string target)
    {
        HttpResponse response = await AskAsync(target);

        Assert.DoesNotContain(Secret, response.Text, StringComparison.Ordinal);
        Assert.True(response.Status is 400 or 404, $"{response.Status} for {target}");
        Assert.Equal("a", (await AskAsync("/a.txt")).Text);
    }

    [Fact]
    public async Task Path_OfAnyLength_IsAnswered()
    {
        foreach (int length in (int[])[254, 255, 256, 4000, 4094, 4095, 4096, 4097, 6000])
        {
            Assert.Equal(404, (await AskAsync("/" + new string('x', length))).Status);
            Assert.Equal(404, (await AskAsync("/" + string.Concat(Enumerable.Repeat("x/", length / 2)))).Status);
        }
    }

    // F-02: between the look and the opening lies nothing. Each name is asked for once: what is open already is not looked for again.
    [Fact]
    public async Task LinkThatIsSwitchedAllTheTime_NeverLeadsOut()
    {
        string name = _scratch.At("root", "switched");
        for (int i = 0; i < SwitchedFiles; i++)
        {
            _scratch.Write(string.Create(CultureInfo.InvariantCulture, $"outside/{i}.txt"), Secret);
            _scratch.Write(string.Create(CultureInfo.InvariantCulture, $"root/inside/{i}.txt"), "inside");
        }

        using var stop = new CancellationTokenSource();
        var hasBegun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task switching = Task.Run(() => SwitchUntil(name, hasBegun, stop.Token));
        await hasBegun.Task;
        ScriptedClient client = await _proxy.ConnectAsync();
        int found = 0;
        for (int i = 0; i < SwitchedFiles; i++)
        {
            HttpResponse response = await client.ExchangeAsync($"GET /switched/{i}.txt HTTP/1.1\r\nHost: a.test\r\n\r\n");
            Assert.DoesNotContain(Secret, response.Text, StringComparison.Ordinal);
            found += response.Status == 200 ? 1 : 0;
        }

        await stop.CancelAsync();
        await switching;
        Assert.True(found > 0, "The link led inside at times.");
    }

    // F-06.
    [Fact]
    public async Task ThousandRanges_CostNoMoreThanTheWhole()
    {
        string ranges = string.Join(',', Enumerable.Range(0, 1000).Select(_ => "0-"));

        HttpResponse response = await AskAsync("/a.txt", $"Range: bytes={ranges}\r\n");

        Assert.Equal((200, "a"), (response.Status, response.Text));
    }

    // F-08.
    [Fact]
    public async Task FolderOfVeryMany_IsListedInPart_WhileOthersAreServed()
    {
        Directory.CreateDirectory(_scratch.At("root", "many"));
        for (int i = 0; i < 20_000; i++)
        {
            File.Create(_scratch.At("root", "many", i.ToString(CultureInfo.InvariantCulture))).Dispose();
        }

        Task<HttpResponse>[] lists = [.. Enumerable.Range(0, 8).Select(_ => AskAsync("/many/"))];
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal("a", (await AskAsync("/a.txt")).Text);
        }

        Assert.All(await Task.WhenAll(lists), list => Assert.InRange(list.Content.Length, 1, 512 * 1024));
    }

    private void SwitchUntil(string name, TaskCompletionSource hasBegun, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (string to in (string[])["inside", "../outside", _scratch.At("outside")])
            {
                File.Delete(name);
                File.CreateSymbolicLink(name, to);
                Thread.SpinWait(2000);
            }

            hasBegun.TrySetResult();
        }
    }

    private async Task<HttpResponse> AskAsync(string target, string fields = "")
    {
        ScriptedClient client = await _proxy.ConnectAsync();
        HttpResponse response = await client.ExchangeAsync($"GET {target} HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n");
        client.Close();
        return response;
    }
}
