using System.Globalization;

namespace Sluice.Scenarios.Files;

/// <summary>Conditional requests and ranges of files (RFC 9110, sections 13 and 14).</summary>
public sealed class FileRangeTests : IAsyncDisposable
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz";
    private const string Modified = "Thu, 02 Jan 2020 03:04:05 GMT";
    private const string Tag = "\"5e0d5da500000000-1a\"";

    private readonly FileStage _stage = new();

    public FileRangeTests() => _stage.Write("a.txt", Alphabet);

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    // Section 15.3.7.1.
    [Theory]
    [InlineData("bytes=0-4", "abcde", "bytes 0-4/26")]
    [InlineData("bytes=-3", "xyz", "bytes 23-25/26")]
    [InlineData("bytes=20-", "uvwxyz", "bytes 20-25/26")]
    [InlineData("bytes=0-", Alphabet, "bytes 0-25/26")]
    [InlineData("bytes=25-99", "z", "bytes 25-25/26")]
    public async Task OnePart_IsSentAsItIs(string range, string expected, string contentRange)
    {
        HttpResponse response = await _stage.GetAsync("/a.txt", "Range: " + range);

        Assert.Equal("HTTP/1.1 206 Partial Content", response.StartLine);
        Assert.Equal((expected, contentRange), (response.Text, response["Content-Range"]));
        Assert.Equal(("text/plain; charset=utf-8", Tag, Modified), (response["Content-Type"], response["ETag"], response["Last-Modified"]));
    }

    // Section 15.3.7.2.
    [Fact]
    public async Task SeveralParts_AreSentAsMultipart()
    {
        HttpResponse response = await _stage.GetAsync("/a.txt", "Range: bytes=0-1,10-12,-1");

        Assert.Equal(206, response.Status);
        Assert.False(response.Has("Content-Range"));
        string type = response["Content-Type"]!;
        Assert.StartsWith("multipart/byteranges; boundary=", type, StringComparison.Ordinal);
        string mark = "--" + type[(type.IndexOf('=', StringComparison.Ordinal) + 1)..];
        string[] parts = response.Text.Split(mark);
        Assert.Equal(5, parts.Length);
        Assert.Equal("\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-1/26\r\n\r\nab\r\n", parts[1]);
        Assert.EndsWith("\r\n\r\nklm\r\n", parts[2], StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nz\r\n", parts[3], StringComparison.Ordinal);
        Assert.Equal("--\r\n", parts[4]);
    }

    // Section 15.5.17.
    [Fact]
    public async Task RangeBehindTheEnd_CantBeSatisfied()
    {
        HttpResponse response = await _stage.GetAsync("/a.txt", "Range: bytes=26-");

        Assert.Equal((416, "bytes */26"), (response.Status, response["Content-Range"]));
    }

    // Section 14.2.
    [Theory]
    [InlineData("Range: pages=1-2")]
    [InlineData("Range: bytes=5-2")]
    [InlineData("Range: bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,24-24,0-0,2-2,4-4,6-6")]
    public async Task RangeThatIsNotTaken_GetsTheWhole(string field)
    {
        HttpResponse response = await _stage.GetAsync("/a.txt", field);

        Assert.Equal((200, Alphabet), (response.Status, response.Text));
    }

    [Fact]
    public async Task Range_OfAHead_IsIgnored()
    {
        HttpResponse response = await _stage.AskAsync("HEAD", "/a.txt", "Range: bytes=0-1");

        Assert.Equal((200, "26"), (response.Status, response["Content-Length"]));
    }

    // Section 13.1.5.
    [Theory]
    [InlineData(Tag, 206)]
    [InlineData("\"other\"", 200)]
    [InlineData("W/" + Tag, 200)]
    [InlineData(Modified, 206)]
    [InlineData("Thu, 02 Jan 2020 03:04:06 GMT", 200)]
    public async Task IfRange_DecidesWhetherAPartIsOfUse(string validator, int status) =>
        Assert.Equal(status, (await _stage.GetAsync("/a.txt", "Range: bytes=0-1", "If-Range: " + validator)).Status);

    // Section 15.4.5.
    [Theory]
    [InlineData("If-None-Match: " + Tag)]
    [InlineData("If-None-Match: *")]
    [InlineData("If-Modified-Since: " + Modified)]
    [InlineData("If-None-Match: " + Tag + "\r\nRange: bytes=99-")]
    public async Task WhatTheClientHas_IsNotSentAgain(string field)
    {
        _stage.Plan = plan => plan with { ExpiresSeconds = 60 };
        ScriptedClient client = await _stage.Proxy.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(FileStage.Request("GET", "/a.txt", field));
        HttpResponse next = await client.ExchangeAsync(FileStage.Request("GET", "/a.txt"));

        Assert.Equal("HTTP/1.1 304 Not Modified", response.StartLine);
        Assert.Equal((Tag, "max-age=60"), (response["ETag"], response["Cache-Control"]));
        Assert.True(response.Has("Date"));
        Assert.DoesNotContain(response.Fields, known => known.Key is "Content-Type" or "Content-Length" or "Last-Modified" or "Accept-Ranges");
        Assert.Equal((200, Alphabet), (next.Status, next.Text));
    }

    [Fact]
    public async Task NotModified_WithoutATag_SaysWhenItChanged()
    {
        _stage.Plan = plan => plan with { ETag = false };

        HttpResponse response = await _stage.GetAsync("/a.txt", "If-Modified-Since: " + Modified);

        Assert.Equal((304, Modified, null), (response.Status, response["Last-Modified"], response["ETag"]));
    }

    // Section 15.5.13.
    [Theory]
    [InlineData("If-Match: \"other\"")]
    [InlineData("If-Unmodified-Since: Thu, 02 Jan 2020 03:04:04 GMT")]
    public async Task WhatTheClientDoesNotMean_FailsThePrecondition(string field) =>
        Assert.Equal(412, (await _stage.GetAsync("/a.txt", field)).Status);

    [Fact]
    public async Task Precondition_ForWhatIsMissing_IsNotFound() => Assert.Equal(404, (await _stage.GetAsync("/missing", "If-Match: *")).Status);

    [Theory]
    [InlineData(0, 1023, false)]
    [InlineData(5000, 200_000, false)]
    [InlineData(5000, 200_000, true)]
    [InlineData(400_000, 1_048_575, true)]
    public async Task PartsOfALargeFile_AreTheRightOnes(int first, int last, bool isMultipart)
    {
        byte[] content = FileStage.Pattern(1024 * 1024);
        _stage.Write("a.bin", content);
        string ranges = string.Create(CultureInfo.InvariantCulture, $"bytes={first}-{last}{(isMultipart ? ",0-10" : "")}");

        HttpResponse response = await _stage.GetAsync("/a.bin", "Range: " + ranges);

        Assert.Equal(206, response.Status);
        byte[] expected = content[first..(last + 1)];
        byte[] received = isMultipart ? ContentOfPart(response, expected.Length) : response.Content;
        Assert.Equal(expected, received);
    }

    // F-07.
    [Fact]
    public async Task SparseFile_OfATebibyte_IsReadWhereItIsAskedFor()
    {
        const long length = 1L << 40;
        string path = _stage.At("sparse.bin");
        await using (FileStream file = File.Create(path))
        {
            file.SetLength(length);
            file.Position = length - 3;
            file.Write("end"u8);
        }

        HttpResponse tail = await _stage.GetAsync("/sparse.bin", "Range: bytes=-5");
        HttpResponse middle = await _stage.GetAsync("/sparse.bin", "Range: bytes=549755813888-549755913887");
        HttpResponse head = await _stage.AskAsync("HEAD", "/sparse.bin");

        Assert.Equal(("\0\0end", $"bytes {length - 5}-{length - 1}/{length}"), (tail.Text, tail["Content-Range"]));
        Assert.Equal(new byte[100_000], middle.Content);
        Assert.Equal(length.ToString(CultureInfo.InvariantCulture), head["Content-Length"]);
    }

    private static byte[] ContentOfPart(HttpResponse response, int length)
    {
        int start = response.Content.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        return response.Content[start..(start + length)];
    }
}
