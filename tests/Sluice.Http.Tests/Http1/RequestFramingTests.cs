using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http1;

public sealed class RequestFramingTests
{
    private const string Start = "POST / HTTP/1.1\r\nHost: a\r\n";

    /// <summary>H1-A: everything that two servers could frame differently.</summary>
    [Theory]
    [InlineData("Content-Length: 6\r\nTransfer-Encoding: chunked", Violation.ClAndTe)]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 6", Violation.ClAndTe)]
    [InlineData("Content-Length: 0\r\nTransfer-Encoding: chunked", Violation.ClAndTe)]
    [InlineData("Content-Length: 6\r\nTransfer-Encoding: xchunked", Violation.ClAndTe)]
    [InlineData("Connection: close\r\nContent-Length: 6\r\nTransfer-Encoding: chunked", Violation.ClAndTe)]
    [InlineData("Content-Length: 6\r\nTransfer_Encoding: chunked", Violation.UnderscoredFraming)]
    [InlineData("Transfer_Encoding: chunked", Violation.UnderscoredFraming)]
    [InlineData("Transfer-Encoding: chunked\r\nContent_Length: 6", Violation.UnderscoredFraming)]
    [InlineData("CONTENT_LENGTH: 6", Violation.UnderscoredFraming)]
    [InlineData("Connection: content-length\r\nContent-Length: 6", Violation.ConnectionNamesFraming)]
    [InlineData("Content-Length: 6\r\nConnection: close, Content-Length", Violation.ConnectionNamesFraming)]
    [InlineData("Connection: transfer-encoding\r\nTransfer-Encoding: chunked", Violation.ConnectionNamesFraming)]
    public void Framing_Ambiguous_IsRefused(string fields, Violation violation)
    {
        Requests.AssertViolation(violation, $"{Start}{fields}\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(400, Violations.Get(violation).Status);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked", Violation.TransferEncodingInHttp10)]
    [InlineData("Transfer-Encoding: gzip", Violation.TransferEncodingInHttp10)]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 6", Violation.ClAndTe)]
    public void Framing_TransferEncodingInHttp10_IsRefused(string fields, Violation violation) =>
        Requests.AssertViolation(violation, $"POST / HTTP/1.0\r\nHost: a\r\n{fields}\r\n\r\n");

    /// <summary>H1-B.</summary>
    [Theory]
    [InlineData("Content-Length: +5")]
    [InlineData("Content-Length: -5")]
    [InlineData("Content-Length: -0")]
    [InlineData("Content-Length: 00")]
    [InlineData("Content-Length: 0005")]
    [InlineData("Content-Length: 0x5")]
    [InlineData("Content-Length: 0_5")]
    [InlineData("Content-Length: 5 5")]
    [InlineData("Content-Length: 5,5")]
    [InlineData("Content-Length: 5, 5")]
    [InlineData("Content-Length: 5,6")]
    [InlineData("Content-Length: 5,")]
    [InlineData("Content-Length: ,5")]
    [InlineData("Content-Length:")]
    [InlineData("Content-Length: ")]
    [InlineData("Content-Length: \r\nContent-Length: 5")]
    [InlineData("Content-Length: 5.0")]
    [InlineData("Content-Length: 5e0")]
    [InlineData("Content-Length: \t5")]
    [InlineData("Content-Length:\t5")]
    [InlineData("Content-Length: 5\t")]
    [InlineData("Content-Length: 5 \t")]
    [InlineData("Content-Length: 9223372036854775808")]
    [InlineData("Content-Length: 18446744073709551621")]
    [InlineData("Content-Length: 123456789012345678901234567890")]
    [InlineData("Content-Length: \u00b2")]
    [InlineData("Content-Length: 5;")]
    [InlineData("Content-Length: \"5\"")]
    public void ContentLength_Malformed_IsRefused(string field) => Requests.AssertViolation(Violation.InvalidContentLength, $"{Start}{field}\r\n\r\n");

    [Theory]
    [InlineData("Content-Length: 5\r\nContent-Length: 5", Violation.DuplicateContentLength)]
    [InlineData("Content-Length: 5\r\nContent-Length: 6", Violation.DuplicateContentLength)]
    [InlineData("Content-Length: 5\r\nContent-Length:", Violation.DuplicateContentLength)]
    [InlineData("Content-Length : 5", Violation.WhitespaceBeforeColon)]
    public void ContentLength_TwiceOrSpaced_IsRefused(string fields, Violation violation) => Requests.AssertViolation(violation, $"{Start}{fields}\r\n\r\n");

    [Theory]
    [InlineData("0", 0)]
    [InlineData("5", 5)]
    [InlineData("  5  ", 5)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void ContentLength_Number_IsRead(string value, long length)
    {
        string message = $"{Start}content-length:{value}\r\n\r\n";
        Requests.AssertDone(message);
        RequestHead head = Requests.Parse(message);
        Assert.Equal((BodyFraming.ContentLength, length, length > 0), (head.Framing, head.ContentLength, head.HasBody));
    }

    /// <summary>H1-C.</summary>
    [Theory]
    [InlineData("Transfer-Encoding: xchunked", Violation.UnknownTransferCoding)]
    [InlineData("Transfer-Encoding: chunk", Violation.UnknownTransferCoding)]
    [InlineData("Transfer-Encoding: identity", Violation.UnknownTransferCoding)]
    [InlineData("Transfer-Encoding: gzip", Violation.UnknownTransferCoding)]
    [InlineData("Transfer-Encoding: gzip, chunked", Violation.UnknownTransferCoding)]
    [InlineData("Transfer-Encoding: 'chunked'", Violation.UnknownTransferCoding)]
    [InlineData("Transfer-Encoding: chunked, gzip", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked, identity", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked, chunked", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: ,chunked", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked,", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: \"chunked\"", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked;q=1", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked x", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked\r", Violation.BareCr)]
    [InlineData("Transfer-Encoding: \tchunked", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding:\tchunked", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked\t", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked  \t ", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: \u000bchunked", Violation.ControlCharacter)]
    [InlineData("Transfer-Encoding: \u000cchunked", Violation.ControlCharacter)]
    [InlineData("Transfer-Encoding: \u0085chunked", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: \u00a0chunked", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: \u00adchunked", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked\u0000", Violation.ControlCharacter)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", Violation.DuplicateTransferEncoding)]
    [InlineData("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", Violation.DuplicateTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", Violation.DuplicateTransferEncoding)]
    [InlineData("Transfer-Encoding : chunked", Violation.WhitespaceBeforeColon)]
    [InlineData("Transfer-Encoding:\r\n chunked", Violation.InvalidTransferEncoding)]
    [InlineData("X: x\r\n Transfer-Encoding: chunked", Violation.ObsFold)]
    [InlineData("Transf\u00e9r-Encoding: chunked", Violation.InvalidFieldName)]
    [InlineData("Transfer-Encoding: chunk\u00e9d", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding:", Violation.InvalidTransferEncoding)]
    public void TransferEncoding_NotChunked_IsRefused(string field, Violation violation)
    {
        Requests.AssertViolation(violation, $"{Start}{field}\r\n\r\n");
        Assert.Equal(violation == Violation.UnknownTransferCoding ? 501 : 400, Violations.Get(violation).Status);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("transfer-encoding:CHUNKED  ")]
    public void TransferEncoding_Chunked_IsTaken(string field)
    {
        string message = $"{Start}{field}\r\n\r\n";
        Requests.AssertDone(message);
        RequestHead head = Requests.Parse(message);
        Assert.Equal((BodyFraming.Chunked, -1L, true), (head.Framing, head.ContentLength, head.HasBody));
    }

    [Theory]
    [InlineData("Content-Encoding: chunked")]
    [InlineData("X-Transfer-Encoding: chunked")]
    [InlineData("TransferEncoding: chunked")]
    public void OtherField_SayingChunked_IsNoFraming(string field)
    {
        RequestHead head = Requests.Parse($"{Start}{field}\r\n\r\n");
        Assert.Equal((BodyFraming.None, -1L, false), (head.Framing, head.ContentLength, head.HasBody));
    }

    /// <summary>Every control and every byte from 0x7F, before the name, before the colon, before the value and behind it: 640 ways to hide the field.</summary>
    [Theory]
    [InlineData("{0}Transfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding{0}: chunked")]
    [InlineData("Transfer-Encoding:{0}chunked")]
    [InlineData("Transfer-Encoding: chunked{0}")]
    public void TransferEncoding_MutatedByOneByte_IsAlwaysRefused(string pattern)
    {
        int count = 0;
        for (int value = 1; value <= 0xFF; value++)
        {
            if (value is > 0x1F and < 0x7F)
            {
                continue;
            }

            string message = Start + pattern.Replace("{0}", ((char)value).ToString(), StringComparison.Ordinal) + "\r\n\r\n0\r\n\r\n";
            string outcome = Requests.ReadAnyWay(Bytes.Of(message));
            Assert.True(outcome.StartsWith("Failed", StringComparison.Ordinal), $"0x{value:X2} in {pattern}: {outcome}");
            Violation violation = Enum.Parse<Violation>(outcome["Failed ".Length..]);
            Assert.Equal(400, Violations.Get(violation).Status);
            count++;
        }

        Assert.Equal(160, count);
    }

    /// <summary>The same around the end of the line before. Only where the byte is an honest part of it, the field behind counts.</summary>
    [Theory]
    [InlineData("X: X{0}\r\nTransfer-Encoding: chunked", '\t')]
    [InlineData("X: X\r{0}Transfer-Encoding: chunked", '\n')]
    [InlineData("X: X{0}\nTransfer-Encoding: chunked", '\r')]
    public void TransferEncoding_BehindMutatedLineEnd_IsRefused(string pattern, char honest)
    {
        for (int value = 1; value <= 0x1F; value++)
        {
            string message = Start + pattern.Replace("{0}", ((char)value).ToString(), StringComparison.Ordinal) + "\r\n\r\n";
            string outcome = Requests.ReadAnyWay(Bytes.Of(message));
            string expected = value == honest ? "Done" : "Failed";
            Assert.True(outcome.StartsWith(expected, StringComparison.Ordinal), $"0x{value:X2} in {pattern}: {outcome}");
            Assert.Equal(value == honest, outcome.Contains("framing=Chunked", StringComparison.Ordinal));
        }
    }
}
