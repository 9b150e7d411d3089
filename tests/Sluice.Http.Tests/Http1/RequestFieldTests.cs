using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http1;

public sealed class RequestFieldTests
{
    private const string Start = "GET / HTTP/1.1\r\nHost: a\r\n";

    [Theory]
    [InlineData("X : 1", Violation.WhitespaceBeforeColon)]
    [InlineData("X\t: 1", Violation.WhitespaceBeforeColon)]
    [InlineData("X Y: 1", Violation.WhitespaceBeforeColon)]
    [InlineData(" X: 1", Violation.ObsFold)]
    [InlineData("\tX: 1", Violation.ObsFold)]
    [InlineData("X: 1\r\n 2", Violation.ObsFold)]
    [InlineData("X: 1\r\n\t2", Violation.ObsFold)]
    [InlineData(" ", Violation.ObsFold)]
    [InlineData(": 1", Violation.EmptyFieldName)]
    [InlineData(":", Violation.EmptyFieldName)]
    [InlineData("X", Violation.MissingColon)]
    [InlineData("X 1", Violation.MissingColon)]
    [InlineData("[X]: 1", Violation.InvalidFieldName)]
    [InlineData("X[]: 1", Violation.InvalidFieldName)]
    [InlineData("X(y): 1", Violation.InvalidFieldName)]
    [InlineData("X@: 1", Violation.InvalidFieldName)]
    [InlineData("\"X\": 1", Violation.InvalidFieldName)]
    [InlineData("X\u0080: 1", Violation.InvalidFieldName)]
    [InlineData("X\u00ff: 1", Violation.InvalidFieldName)]
    [InlineData("X\u0000: 1", Violation.ControlCharacter)]
    [InlineData("X: a\u0000b", Violation.ControlCharacter)]
    [InlineData("X: a\u0001b", Violation.ControlCharacter)]
    [InlineData("X: a\u000bb", Violation.ControlCharacter)]
    [InlineData("X: a\u007fb", Violation.ControlCharacter)]
    [InlineData("X: a\rb", Violation.BareCr)]
    [InlineData("X: a\r\rb", Violation.BareCr)]
    [InlineData("X: a\nY: b", Violation.BareLf)]
    [InlineData("Transfer\r-Encoding: chunked", Violation.BareCr)]
    [InlineData("X: X\nTransfer-Encoding: chunked", Violation.BareLf)]
    public void Line_Malformed_IsRefused(string line, Violation violation) => Requests.AssertViolation(violation, Start + line + "\r\n\r\n");

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n Host: a\r\n\r\n", Violation.ObsFold)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n\n", Violation.BareLf)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\n", Violation.BareLf)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\rX", Violation.BareCr)]
    [InlineData("GET / HTTP/1.1\r\n: x\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", Violation.EmptyFieldName)]
    public void Head_Malformed_IsRefused(string message, Violation violation) => Requests.AssertViolation(violation, message);

    [Theory]
    [InlineData("X: 1", "1")]
    [InlineData("X:1", "1")]
    [InlineData("X:", "")]
    [InlineData("X: \t ", "")]
    [InlineData("X:  \t1 2\t3\t ", "1 2\t3")]
    [InlineData("X: \u00c3\u00a9\u0080\u00ff", "\u00c3\u00a9\u0080\u00ff")]
    [InlineData("X: a:b", "a:b")]
    [InlineData("X: !#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\"", "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\"")]
    public void Value_AnyBytes_AreKept(string line, string value)
    {
        string message = Start + line + "\r\n\r\n";
        Requests.AssertDone(message);
        RequestHead head = Requests.Parse(message);
        Assert.Equal(2, head.Fields.Count);
        Assert.Equal("X", Bytes.ToText(head.Fields.Name(1)));
        Assert.Equal(value, Bytes.ToText(head.Fields.Value(1)));
    }

    [Fact]
    public void Name_EveryTokenCharacter_IsTaken()
    {
        const string Name = "!#$%&'*+-.^`|~0189AZaz";
        RequestHead head = Requests.Parse($"{Start}{Name}: 1\r\n\r\n");
        Assert.Equal(Name, Bytes.ToText(head.Fields.Name(1)));
        Assert.Equal(FieldFlags.None, head.Fields[1].Flags);
    }

    [Theory]
    [InlineData(256, null)]
    [InlineData(257, Violation.FieldNameTooLong)]
    [InlineData(8192, Violation.FieldNameTooLong)]
    public void Name_Long_IsRefused(int length, Violation? violation)
    {
        byte[] message = Bytes.Of($"{Start}{Bytes.Repeat('x', length)}: 1\r\n\r\n");
        (RequestHead _, RequestHeadReader reader, ReadStatus _) = Requests.Read(message, [message.Length], Requests.Limits);
        Assert.Equal(violation ?? Violation.None, reader.Violation);
    }

    [Theory]
    [InlineData("X_Forwarded_For")]
    [InlineData("_")]
    [InlineData("Remote_User")]
    public void Name_WithUnderscore_IsFlagged(string name)
    {
        RequestHead head = Requests.Parse($"{Start}{name}: 1\r\n\r\n");
        Assert.Equal(FieldFlags.Underscore, head.Fields[1].Flags);
        Assert.Equal(KnownField.Other, head.Fields[1].Known);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void Count_AtItsLimit_IsExact(int count, bool fits)
    {
        string fields = string.Concat(Enumerable.Range(0, count - 1).Select(i => $"X{i}: 1\r\n"));
        byte[] message = Bytes.Of($"{Start}{fields}\r\n");
        (RequestHead head, RequestHeadReader reader, ReadStatus _) = Requests.Read(message, [message.Length], Requests.Limits);
        Assert.Equal(fits ? Violation.None : Violation.TooManyFields, reader.Violation);
        Assert.Equal(100, head.Fields.Count);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Bytes_AtTheirLimit_AreExact(int over, bool fits)
    {
        var limits = new HeadLimits(1024, 64, 10);
        string fields = "Host: a\r\nX: ";
        string message = $"GET / HTTP/1.1\r\n{fields}{Bytes.Repeat('v', 64 - fields.Length - 2 + over)}\r\n\r\n";
        string outcome = Requests.ReadAnyWay(Bytes.Of(message), limits);
        Assert.Equal(fits, outcome.StartsWith("Done", StringComparison.Ordinal));
        Assert.Equal(fits, outcome != $"Failed {Violation.FieldsTooLarge}");
    }

    [Fact]
    public void Bytes_OfDefaultLimitAndOne_AreRefused()
    {
        byte[] message = Bytes.Of($"{Start}Cookie: {string.Concat(Enumerable.Repeat("a=1; ", 10_000))}\r\n\r\n");
        (RequestHead _, RequestHeadReader reader, ReadStatus _) = Requests.Read(message, [message.Length], Requests.Limits);
        Assert.Equal(Violation.FieldsTooLarge, reader.Violation);
        Assert.Equal(431, Violations.Get(reader.Violation).Status);
    }

    [Theory]
    [InlineData("Content-Type: a/b")]
    [InlineData("Authorization: Basic eDp5")]
    [InlineData("Range: bytes=0-1")]
    [InlineData("If-Modified-Since: x")]
    [InlineData("If-Unmodified-Since: x")]
    [InlineData("If-Range: \"x\"")]
    [InlineData("Origin: x")]
    [InlineData("Referer: x")]
    [InlineData("User-Agent: x")]
    [InlineData("Max-Forwards: 1")]
    [InlineData("Sec-WebSocket-Key: x")]
    public void Singleton_Twice_IsRefused(string line)
    {
        Requests.AssertDone($"{Start}{line}\r\n\r\n");
        Requests.AssertViolation(Violation.DuplicateField, $"{Start}{line}\r\n{line}\r\n\r\n");
    }

    [Theory]
    [InlineData("Cookie: a=1")]
    [InlineData("Accept: */*")]
    [InlineData("If-Match: \"x\"")]
    [InlineData("X-Forwarded-For: 1.2.3.4")]
    [InlineData("X-Other: 1")]
    public void List_Twice_IsKeptTwice(string line)
    {
        RequestHead head = Requests.Parse($"{Start}{line}\r\n{line}\r\n\r\n");
        Assert.Equal(3, head.Fields.Count);
    }

    [Theory]
    [InlineData("100-continue", true)]
    [InlineData("100-Continue", true)]
    public void Expect_WithContent_IsSeen(string value, bool expected)
    {
        RequestHead head = Requests.Parse($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: {value}\r\n\r\n");
        Assert.Equal(expected, head.ExpectContinue);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n")]
    [InlineData("POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")]
    public void Expect_WithoutContentOrOld_MeansNothing(string message) => Assert.False(Requests.Parse(message).ExpectContinue);

    [Theory]
    [InlineData("y 100-continue")]
    [InlineData("100-continue, x")]
    [InlineData("")]
    [InlineData("100-continue\r\nExpect: 100-continue")]
    public void Expect_Obfuscated_IsRefused(string value)
    {
        Requests.AssertViolation(Violation.UnknownExpectation, $"{Start}Expect: {value}\r\n\r\n");
        Assert.Equal(417, Violations.Get(Violation.UnknownExpectation).Status);
    }

    [Theory]
    [InlineData("trailers", true)]
    [InlineData("gzip;q=1, Trailers", true)]
    [InlineData("gzip", false)]
    [InlineData("trailersx", false)]
    [InlineData("", false)]
    public void Te_NamesTrailers_IsSeen(string value, bool expected)
    {
        RequestHead head = Requests.Parse($"{Start}TE: {value}\r\n\r\n");
        Assert.Equal(expected, head.TeTrailers);
        Assert.Equal(FieldFlags.HopByHop, head.Fields[1].Flags);
    }
}
