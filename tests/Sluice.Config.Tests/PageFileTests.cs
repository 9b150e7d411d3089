using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Tests;

/// <summary>Pages that are files: relative to what names them, bounded, and told of.</summary>
public sealed class PageFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-pages").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void File_OfAnIncludedConfiguration_IsRelativeToIt()
    {
        Write("main.yaml", "listen: ':80'\ninclude: below/more.yaml\n");
        Write("below/more.yaml", "routes: [{ respond: a, error_pages: { 404: { file: page.html } } }]\n");
        Write("below/page.html", "<p>{path}</p>");

        ConfigResult result = Load();

        Assert.Empty(result.Diagnostics);
        PagePlan page = Assert.Single(result.Plan!.Routes[0].ErrorPages).Page;
        Assert.Equal(("text/html; charset=utf-8", "<p>{path}</p>"), (page.ContentType, page.Body.Text));
        Assert.Contains(Path.Combine(_folder, "below", "page.html"), result.Files);
    }

    [Fact]
    public void File_OfSeveralRoutes_IsOnePage()
    {
        Write("page.txt", "text");
        WriteMain("defaults: { error_pages: { 5xx: { file: page.txt } } }\nroutes: [{ match: /a, respond: a }, { match: /b, respond: b }]");

        PlanList<RoutePlan> routes = Load().Plan!.Routes;

        Assert.Same(routes[0].ErrorPages, routes[1].ErrorPages);
    }

    [Theory]
    [InlineData("{path}", 65_537, "SL0349")]
    [InlineData("{path}", 65_530, null)]
    [InlineData("", 1_048_576, null)]
    [InlineData("", 1_048_577, "SL0348")]
    public void File_TooLarge_IsRefused(string beginning, int length, string? code)
    {
        Write("page.txt", beginning + new string('x', length));
        WriteMain("routes: [{ respond: a, error_pages: { 404: { file: page.txt } } }]");

        Assert.Equal(code, Load().Diagnostics.SingleOrDefault()?.Code.Id);
    }

    [Fact]
    public void Body_TooLargeForVariables_IsRefused()
    {
        WriteMain($"routes: [{{ respond: a, maintenance: {{ body: '{{path}}{new string('x', 65_537)}' }} }}]");

        Assert.Equal(DiagnosticCodes.PageTooLarge, Assert.Single(Load().Diagnostics).Code);
    }

    [Fact]
    public void File_WithAByteOrderMark_IsSentWithoutIt()
    {
        File.WriteAllBytes(Path.Combine(_folder, "page.txt"), [0xEF, 0xBB, 0xBF, (byte)'a']);
        WriteMain("routes: [{ respond: a, error_pages: { 404: { file: page.txt } } }]");

        Assert.Equal("a", Load().Plan!.Routes[0].ErrorPages[0].Page.Body.Text);
    }

    [Fact]
    public void File_ThatIsNotUtf8_IsRefused()
    {
        File.WriteAllBytes(Path.Combine(_folder, "page.txt"), [0xFF, 0xFE, 0x41]);
        WriteMain("routes: [{ respond: a, error_pages: { 404: { file: page.txt } } }]");

        Assert.Equal("can't read `page.txt`: it is not UTF-8", Assert.Single(Load().Diagnostics).Message);
    }

    [Fact]
    public void File_WithAnUnknownVariable_IsToldOfWithItsLine()
    {
        Write("page.html", "<p>\n{nothing}\n</p>");
        WriteMain("routes: [{ respond: a, error_pages: { 404: { file: page.html } } }]");

        Diagnostic finding = Assert.Single(Load().Diagnostics);
        Assert.Equal((DiagnosticCodes.UnknownVariable, "`page.html`, line 2: there is no variable `{nothing}`"), (finding.Code, finding.Message));
    }

    private void WriteMain(string text) => Write("main.yaml", $"listen: ':80'\n{text}\n");

    private void Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private ConfigResult Load() => ConfigLoader.Load(Path.Combine(_folder, "main.yaml"));
}
