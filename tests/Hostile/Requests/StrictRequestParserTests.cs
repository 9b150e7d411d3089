using Sluice.Hostile.Data;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Requests;

/// <summary>The parser that judges what the proxy sends must itself refuse what isn't canonical, or nothing here could fail.</summary>
public sealed class StrictRequestParserTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\\r\\nHost: a\\r\\nX-A: b\\nX-B: c\\r\\n\\r\\n")]
    [InlineData("GET / HTTP/1.1\\r\\nHost: a\\r\\nX-A: b\\r\\n c\\r\\n\\r\\n")]
    [InlineData("GET / HTTP/1.1\\r\\nHost: a\\r\\nX-A : b\\r\\n\\r\\n")]
    [InlineData("GET / HTTP/1.1\\r\\nHost: a\\r\\nX_A: b\\r\\n\\r\\n")]
    [InlineData("GET / HTTP/1.1\\r\\nHost: a\\r\\nX-A:  b\\r\\n\\r\\n")]
    [InlineData("GET / HTTP/1.1\\r\\nHost: a\\r\\nX-A: b\\x01\\r\\n\\r\\n")]
    [InlineData("GET / HTTP/1.1\\r\\nHost: a\\r\\nX-A: b\\0\\r\\n\\r\\n")]
    [InlineData("GET / HTTP/1.1\\r\\nHost: a\\r\\nHost: a\\r\\n\\r\\n")]
    [InlineData("GET / HTTP/1.1\\r\\nX-A: b\\r\\n\\r\\n")]
    [InlineData("GET  / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")]
    [InlineData("GET / HTTP/1.0\\r\\nHost: a\\r\\n\\r\\n")]
    [InlineData("GET http://a/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")]
    [InlineData("GET /\\xE9 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")]
    [InlineData("POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n")]
    [InlineData("POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: +1\\r\\n\\r\\nx")]
    [InlineData("POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: Chunked\\r\\n\\r\\n0\\r\\n\\r\\n")]
    [InlineData("POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1;a=b\\r\\nx\\r\\n0\\r\\n\\r\\n")]
    [InlineData("POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1\\r\\nxy\\r\\n0\\r\\n\\r\\n")]
    [InlineData("POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\nX : y\\r\\n\\r\\n")]
    public void Request_ThatIsNotCanonical_Deviates(string text) =>
        Assert.NotNull(StrictRequestParser.Parse(CorpusText.Decode(text)).Deviation);

    [Theory]
    [InlineData("GET /a?b HTTP/1.1\\r\\nHost: a\\r\\nX-A: b\\xFF\\tc\\r\\nX-B:\\r\\n\\r\\n", "", 0)]
    [InlineData("OPTIONS * HTTP/1.1\\r\\nHost: a\\r\\n\\r\\nGET", "", 3)]
    [InlineData("POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 2\\r\\n\\r\\nhiGET", "hi", 3)]
    [InlineData("POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2\\r\\nhi\\r\\n0\\r\\nA: b\\r\\n\\r\\nG", "hi", 1)]
    public void Request_ThatIsCanonical_IsReadUpToItsEnd(string text, string content, int left)
    {
        byte[] bytes = CorpusText.Decode(text);
        StrictOutcome outcome = StrictRequestParser.Parse(bytes);

        Assert.Null(outcome.Deviation);
        Assert.Equal((content, left), (outcome.Request!.Text, bytes.Length - outcome.Length));
        Assert.All(
            Enumerable.Range(0, outcome.Length),
            cut => Assert.Equal(StrictOutcome.Incomplete, StrictRequestParser.Parse(bytes.AsSpan(0, cut))));
    }
}
