using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.Templates;
using Sluice.TestKit.Measuring;
using Xunit;

namespace Sluice.Proxy.Tests.Templates;

public sealed class TemplateTests
{
    private const string Head =
        "GET /shop/a%2Fb?x=1&y=%41+b&x=2 HTTP/1.1\r\nHost: Shop.test:8080\r\nX-A: one\r\nx-a: two\r\nCookie: a=1; sid=s d; sid=2\r\nCookie: late=3\r\n\r\n";

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("{{x}} }}{{", "{x} }{")]
    [InlineData("{client.ip}", "203.0.113.9")]
    [InlineData("{host}|{authority}", "shop.test|shop.test:8080")]
    [InlineData("{path}?{query}", "/shop/a%2Fb?x=1&y=%41+b&x=2")]
    [InlineData("{uri}", "/shop/a%2Fb?x=1&y=%41+b&x=2")]
    [InlineData("{path.1}|{path.2}|{path.3}", "shop|a%2Fb|")]
    [InlineData("{path.id}", "text")]
    [InlineData("{query.x}{query.y}{query.none}", "1%41+b")]
    [InlineData("{header.X-a}|{header.none}", "one, two|")]
    [InlineData("{cookie.sid}|{cookie.late}|{cookie.SID}", "s d|3|")]
    [InlineData("{method} {request.id} {time}", "GET 7 2026-11-21T09:30:00Z")]
    [InlineData("{status} {reason}", "404 Not Found")]
    [InlineData("{scheme}{route}{upstream}{server}{server.host}", "texttexttexttexttext")]
    public void Template_InAHeader_HasTheValues(string text, string expected) => Assert.Equal(expected, Write(text, TemplateEncoding.Header));

    [Theory]
    [InlineData("/v2{path}", "/v2/shop/a%2Fb")]
    [InlineData("/x/{header.x-a}", "/x/one%2C%20two")]
    [InlineData("https://{authority}/{host}?h={authority}", "https://shop.test:8080/shop.test?h=shop.test%3A8080")]
    [InlineData("/x?{query}", "/x?x=1&y=%41+b&x=2")]
    [InlineData("/x?back={uri}", "/x?back=%2Fshop%2Fa%252Fb%3Fx%3D1%26y%3D%2541%2Bb%26x%3D2")]
    [InlineData("/x?y={query.y}", "/x?y=%41+b")]
    [InlineData("{uri}&p={path}", "/shop/a%2Fb?x=1&y=%41+b&x=2&p=%2Fshop%2Fa%252Fb")]
    public void Template_InAUri_EncodesForItsPlace(string text, string expected) => Assert.Equal(expected, Write(text, TemplateEncoding.Uri));

    [Theory]
    [InlineData("{", 0, 1)]
    [InlineData("a{b", 1, 2)]
    [InlineData("a}b", 1, 1)]
    [InlineData("a{}b", 1, 2)]
    [InlineData("x {clientip} y", 2, 10)]
    [InlineData("{header.}", 0, 9)]
    [InlineData("{header.a b}", 0, 12)]
    [InlineData("{HOST}", 0, 6)]
    public void Template_Broken_IsRefusedAtItsPlace(string text, int offset, int length)
    {
        bool isParsed = Template.TryParse(text, TemplateScope.Response, TemplateSyntax.Value, out _, out TemplateProblem? problem);

        Assert.False(isParsed);
        Assert.Equal((offset, length), (problem!.Offset, problem.Length));
    }

    [Theory]
    [InlineData("{status}", TemplateScope.Request, false)]
    [InlineData("{status}", TemplateScope.Server, false)]
    [InlineData("{status}", TemplateScope.Response, true)]
    [InlineData("{server.host}", TemplateScope.Request, false)]
    [InlineData("{server.host}", TemplateScope.Server, true)]
    [InlineData("{host}", TemplateScope.Request, true)]
    public void Variable_BeforeItIsKnown_IsRefused(string text, TemplateScope scope, bool isParsed) =>
        Assert.Equal(isParsed, Template.TryParse(text, scope, TemplateSyntax.Value, out _, out _));

    [Theory]
    [InlineData("body{color:red} {\"a\":{}} {status}", "body{color:red} {\"a\":{}} 404")]
    [InlineData("{ status } {{status}} }", "{ status } {404} }")]
    public void Content_WithBracesOfItsOwn_KeepsThem(string text, string expected) =>
        Assert.Equal(expected, Write(text, TemplateEncoding.Html, TemplateSyntax.Content));

    [Fact]
    public void Content_WithAnUnknownVariable_IsRefused() =>
        Assert.False(Template.TryParse("<p>{statuss}</p>", TemplateScope.Response, TemplateSyntax.Content, out _, out _));

    [Fact]
    public void Templates_OfTheSameText_AreEqual()
    {
        Template template = Template.Parse("a{host}", TemplateScope.Request);

        Assert.Equal(Template.Parse("a{host}", TemplateScope.Request), template);
        Assert.NotEqual(Template.Parse("a{path}", TemplateScope.Request), template);
    }

    [Fact]
    public void Template_TooLongForItsMemory_SaysSo()
    {
        var writer = new HeadWriter(new byte[10]);
        Template.Parse("{uri}", TemplateScope.Request).Write(ref writer, new FakeSource(Head), TemplateEncoding.Header);
        Assert.True(writer.Overflowed);
    }

    [Fact]
    public void Template_WrittenAThousandTimes_AllocatesNothing()
    {
        var source = new FakeSource(Head);
        string all = string.Concat(TemplateVariables.All.Select(info => $"{{{info.Name}{(info.Name.EndsWith('.') ? "x" : "")}}}"));
        Template template = Template.Parse(all, TemplateScope.Response);
        byte[] memory = new byte[4_096];
        TemplateEncoding[] encodings = Enum.GetValues<TemplateEncoding>();
        double allocated = Allocations.PerRound(1_000, round =>
        {
            var writer = new HeadWriter(memory);
            template.Write(ref writer, source, encodings[round % encodings.Length]);
        });
        Assert.Equal(0, allocated);
    }

    private static string Write(string text, TemplateEncoding encoding, TemplateSyntax syntax = TemplateSyntax.Value)
    {
        byte[] memory = new byte[1_024];
        var writer = new HeadWriter(memory);
        Template.Parse(text, TemplateScope.Response, syntax).Write(ref writer, new FakeSource(Head), encoding);
        Assert.False(writer.Overflowed);
        return Encoding.UTF8.GetString(memory, 0, writer.Length);
    }
}
