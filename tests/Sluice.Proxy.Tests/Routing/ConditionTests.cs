using System.Net;
using System.Text;
using Sluice.Http.Addresses;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Templates;
using Sluice.Proxy.Tests.Templates;
using Xunit;

namespace Sluice.Proxy.Tests.Routing;

public sealed class ConditionTests
{
    [Theory]
    [InlineData(ValueTestKind.Exact, "abc", true)]
    [InlineData(ValueTestKind.Exact, "ab", false)]
    [InlineData(ValueTestKind.Exact, "ABC", false)]
    [InlineData(ValueTestKind.Prefix, "ab", true)]
    [InlineData(ValueTestKind.Prefix, "bc", false)]
    [InlineData(ValueTestKind.Suffix, "bc", true)]
    [InlineData(ValueTestKind.Suffix, "ab", false)]
    [InlineData(ValueTestKind.Contains, "b", true)]
    [InlineData(ValueTestKind.Contains, "x", false)]
    [InlineData(ValueTestKind.Regex, "a.c", true)]
    [InlineData(ValueTestKind.Regex, "a", false)]
    [InlineData(ValueTestKind.Regex, "a|abc", true)]
    [InlineData(ValueTestKind.Present, "", true)]
    public void Value_Tested_FitsOrNot(ValueTestKind kind, string text, bool expected)
    {
        var request = new RequestSample("h", "/?k=abc", "GET", "X-K: abc", "Cookie: k=abc");
        var test = new ValueTest(kind, kind == ValueTestKind.Present ? [] : ["no", text]);

        Assert.All<Func<ValueTest, MatchCondition>>(
            [value => new HeaderCondition("x-k", value), value => new QueryCondition("k", value), value => new CookieCondition("k", value)],
            create =>
            {
                Assert.Equal(expected, Matches(request, create(test)));
                Assert.Equal(!expected, Matches(request, create(test with { IsNegated = true })));
            });
    }

    [Fact]
    public void Value_Absent_FulfilsOnlyNegations()
    {
        var request = new RequestSample("h", "/?other=1", "GET", "Cookie: other=1; K=2; nok=3; k");
        var empty = new ValueTest(ValueTestKind.Exact, [""]);
        var present = new ValueTest(ValueTestKind.Present, []);

        foreach (ValueTest test in new[] { empty, present })
        {
            Assert.False(Matches(request, new HeaderCondition("x-k", test)));
            Assert.False(Matches(request, new QueryCondition("k", test)));
            Assert.False(Matches(request, new CookieCondition("k", test)));
            Assert.True(Matches(request, new HeaderCondition("x-k", test with { IsNegated = true })));
            Assert.True(Matches(request, new QueryCondition("k", test with { IsNegated = true })));
            Assert.True(Matches(request, new CookieCondition("k", test with { IsNegated = true })));
        }
    }

    [Fact]
    public void Header_SeveralLines_AreOneValue()
    {
        var request = new RequestSample("h", "/", "GET", "X-K: a", "x-k:  b ", "Accept: text/html", "Accept: x");

        Assert.True(Matches(request, new HeaderCondition("X-k", Exact("a, b"))));
        Assert.True(Matches(request, new HeaderCondition("accept", new ValueTest(ValueTestKind.Contains, ["x"]))));
        Assert.False(Matches(request, new HeaderCondition("X-k", Exact("a"))));
        Assert.False(Matches(request, new HeaderCondition("X-k", Exact("b"))));
        Assert.True(Matches(request, new HeaderCondition("X-k", Exact("b") with { IsNegated = true })));
    }

    [Theory]
    [InlineData("/?k=1&k=2", "1")]
    [InlineData("/?%6B=1&k=2", "1")]
    [InlineData("/?k&k=2", "")]
    [InlineData("/?K=2&k=1", "1")]
    [InlineData("/?k%3D=2&k=1", "1")]
    public void ParameterGivenTwice_ForConditionAndVariable_IsTheFirst(string target, string value)
    {
        Assert.True(Matches(new RequestSample("h", target), new QueryCondition("k", Exact(value))));
        Assert.False(Matches(new RequestSample("h", target), new QueryCondition("k", Exact("2"))));
        Assert.Equal(value, Write("{query.k}", $"GET {target} HTTP/1.1\r\nHost: h\r\n\r\n"));
    }

    [Theory]
    [InlineData("Cookie: k=1; k=2")]
    [InlineData("Cookie: a=2;\tk=1\t; k=2")]
    [InlineData("Cookie: k=1\r\nCookie: k=2")]
    [InlineData("Cookie: k\r\nCookie: k=1;k=2")]
    public void CookieGivenTwice_ForConditionAndVariable_IsTheFirst(string fields)
    {
        var request = new RequestSample("h", "/", "GET", fields.Split("\r\n"));
        Assert.True(Matches(request, new CookieCondition("k", Exact("1"))));
        Assert.False(Matches(request, new CookieCondition("k", Exact("2"))));
        Assert.Equal("1", Write("{cookie.k}", $"GET / HTTP/1.1\r\nHost: h\r\n{fields}\r\n\r\n"));
    }

    [Theory]
    [InlineData("/?k=a+b", "a b")]
    [InlineData("/?k=a%20b", "a b")]
    [InlineData("/?%6b=a%2Bb", "a+b")]
    [InlineData("/?k=caf%C3%A9", "café")]
    [InlineData("/?k", "")]
    [InlineData("/?&&k=&x", "")]
    [InlineData("/?k=a=b", "a=b")]
    [InlineData("/?k=%zz%4", "%zz%4")]
    public void Query_Parameter_IsComparedDecoded(string target, string value)
    {
        Assert.True(Matches(new RequestSample("h", target), new QueryCondition("k", Exact(value))));
        Assert.False(Matches(new RequestSample("h", target), new QueryCondition("k", Exact(value + "x"))));
        Assert.False(Matches(new RequestSample("h", target), new QueryCondition("K", Exact(value))));
    }

    [Fact]
    public void Query_RegexOverDecodedValue_SeesCharacters() =>
        Assert.True(Matches(new RequestSample("h", "/?k=caf%C3%A9"), new QueryCondition("k", new ValueTest(ValueTestKind.Regex, ["caf."]))));

    [Theory]
    [InlineData("Cookie: a=1; k=v", true)]
    [InlineData("Cookie: k=v;a=1", true)]
    [InlineData("Cookie:   k=v  ", true)]
    [InlineData("Cookie: K=v", false)]
    [InlineData("Cookie: xk=v", false)]
    [InlineData("Cookie: k=\"v\"", false)]
    [InlineData("Cookie: a=k=v", false)]
    [InlineData("X-Cookie: k=v", false)]
    public void Cookie_Pair_IsFound(string field, bool expected) =>
        Assert.Equal(expected, Matches(new RequestSample("h", "/", "GET", field), new CookieCondition("k", Exact("v"))));

    [Fact]
    public void Cookie_InASecondLine_IsFound() =>
        Assert.True(Matches(new RequestSample("h", "/", "GET", "Cookie: a=1", "Cookie: k=v"), new CookieCondition("k", Exact("v"))));

    [Theory]
    [InlineData("GET", true)]
    [InlineData("PROPFIND", true)]
    [InlineData("HEAD", false)]
    [InlineData("get", false)]
    [InlineData("PROPPATCH", false)]
    public void Method_OneOfSeveral_Matches(string method, bool expected) =>
        Assert.Equal(expected, Matches(new RequestSample("h", "/", method), new MethodCondition(["GET", "POST", "PROPFIND"])));

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("fd00::1", true)]
    [InlineData("11.1.2.3", false)]
    [InlineData("", false)]
    public void ClientAddress_Range_Matches(string client, bool expected)
    {
        Assert.True(IpRange.TryParse("10.0.0.0/8", out IpRange ipv4));
        Assert.True(IpRange.TryParse("fd00::/8", out IpRange ipv6));
        Assert.Equal(expected, Matches(new RequestSample("h", "/") { Client = client }, new ClientAddressCondition([ipv4, ipv6])));
    }

    [Theory]
    [InlineData("a.example.com", true)]
    [InlineData("b.test", true)]
    [InlineData("example.com", false)]
    [InlineData("", false)]
    public void Sni_Pattern_Matches(string sni, bool expected) =>
        Assert.Equal(expected, Matches(new RequestSample("h", "/") { Sni = sni }, new SniCondition([TestRoutes.Host("*.example.com"), TestRoutes.Host("~[ab]\\.TEST|")])));

    [Fact]
    public void SchemeAndPercentage_Tested_Match()
    {
        var request = new RequestSample("h", "/") { IsHttps = true, Sample = 500 };

        Assert.True(Matches(request, new SchemeCondition(IsHttps: true)));
        Assert.False(Matches(request, new SchemeCondition(IsHttps: false)));
        Assert.True(Matches(request, new PercentageCondition(501)));
        Assert.False(Matches(request, new PercentageCondition(500)));
    }

    [Fact]
    public void Listener_Tested_IsKnownByItsAddress()
    {
        ListenerPlan Listener(int port, string? name = null) => new(new IPEndPoint(IPAddress.Loopback, port), $"127.0.0.1:{port}") { Name = name };
        bool Fits(ListenerPlan? actual, params ListenerPlan[] expected) =>
            Matches(new RequestSample("h", "/") { Listener = actual }, new ListenerCondition([.. expected]));

        Assert.True(Fits(Listener(2, "new"), Listener(1), Listener(2, "old")));
        Assert.False(Fits(Listener(3), Listener(1), Listener(2)));
        Assert.False(Fits(null, Listener(1)));
        Assert.True(Fits(Listener(0, "a"), Listener(0, "a")));
        Assert.False(Fits(Listener(0, "a"), Listener(0, "b")));
    }

    [Theory]
    [InlineData(true, true, true, true)]
    [InlineData(true, false, false, true)]
    [InlineData(false, false, false, false)]
    public void Tree_AllAnyNot_AreWhatTheySay(bool first, bool second, bool all, bool any)
    {
        MatchCondition Of(bool value) => new SchemeCondition(IsHttps: !value);
        var request = new RequestSample("h", "/");

        Assert.Equal(all, Matches(request, new AllCondition([Of(first), Of(second)])));
        Assert.Equal(any, Matches(request, new AnyCondition([Of(first), Of(second)])));
        Assert.Equal(!first, Matches(request, new NotCondition(Of(first))));
        Assert.False(Matches(request, new NotCondition(null)));
    }

    [Fact]
    public void HostAndPath_WithinATree_Match()
    {
        var request = new RequestSample("a.example.com", "/img/x.png");

        Assert.True(Matches(request, new HostCondition([TestRoutes.Host("*.example.com")])));
        Assert.False(Matches(request, new HostCondition([TestRoutes.Host("example.com"), TestRoutes.Host("~b.*")])));
        Assert.True(Matches(request, new PathCondition([TestRoutes.Path("/x"), TestRoutes.Path("/img/*.png")])));
        Assert.False(Matches(request, new PathCondition([TestRoutes.Path("/im/*"), TestRoutes.Path("~/img")])));
    }

    [Fact]
    public void Conditions_SameText_CompareByValue()
    {
        MatchCondition Create() => new AllCondition([new MethodCondition(["GET"]), new HeaderCondition("x", Exact("1"))]);

        Assert.Equal(Create(), Create());
        Assert.NotEqual(Create(), new NotCondition(Create()));
        Assert.Equal(2, Create().LeafCount);
    }

    private static ValueTest Exact(string text) => new(ValueTestKind.Exact, [text]);

    private static bool Matches(RequestSample request, MatchCondition condition) =>
        TestRoutes.Table(TestRoutes.Plan("it", condition: condition)).Find(request.Input) is not null;

    private static string Write(string template, string head)
    {
        var writer = new HeadWriter(new byte[1_024]);
        Template.Parse(template, TemplateScope.Request).Write(ref writer, new FakeSource(head), TemplateEncoding.Header);
        return Encoding.UTF8.GetString(writer.WrittenFrom(0));
    }
}
