using System.Text;
using System.Text.Json;
using Sluice.Http.Http1;
using Sluice.Proxy.Templates;
using Xunit;

namespace Sluice.Proxy.Tests.Templates;

/// <summary>Every byte in every variable, whether or not a client could send it: none becomes syntax where it goes.</summary>
public sealed class TemplateEncodingTests
{
    private const string Head = "GET /Q HTTP/1.1\r\nHost: Q\r\nX: Q\r\nCookie: c=Q\r\n\r\n";

    public static TheoryData<string> Variables() =>
        [.. TemplateVariables.All.Select(info => info.Name switch { "header." => "header.x", "cookie." => "cookie.c", "query." => "query.q", "path." => "path.g", _ => info.Name })];

    [Theory]
    [MemberData(nameof(Variables))]
    public void Header_OfEveryByteInEveryVariable_HoldsVisibleAsciiOnly(string variable)
    {
        foreach (byte[] output in WriteEveryByte(variable, TemplateEncoding.Header))
        {
            Assert.DoesNotContain(output, value => value is (< 0x20 and not 9) or > 0x7E);
        }
    }

    [Theory]
    [MemberData(nameof(Variables))]
    public void Uri_OfEveryByteInEveryVariable_HoldsUriCharactersOnly(string variable)
    {
        const string Allowed = "-._~!$&'()*+,;=:@/?%";
        bool keepsQuery = variable is "query" or "uri" or "host" or "authority";
        foreach (byte[] output in WriteEveryByte(variable, TemplateEncoding.Uri))
        {
            Assert.DoesNotContain(output, value => !char.IsAsciiLetterOrDigit((char)value) && !(Allowed + (keepsQuery ? "[]{}|^`" : "")).Contains((char)value));
        }
    }

    [Theory]
    [InlineData("header.x")]
    [InlineData("cookie.c")]
    [InlineData("route")]
    [InlineData("method")]
    [InlineData("scheme")]
    public void Path_OfEveryByteInForeignText_HasNoSeparator(string variable)
    {
        foreach (byte[] output in WriteEveryByte(variable, TemplateEncoding.Uri))
        {
            Assert.DoesNotContain(output, value => value is (byte)'/' or (byte)'?' or (byte)'#' or (byte)'\\' or (byte)':' or (byte)'@' or (byte)';');
        }
    }

    [Theory]
    [InlineData("header.x")]
    [InlineData("path")]
    [InlineData("path.g")]
    [InlineData("uri")]
    [InlineData("query.q")]
    public void Query_OfEveryByteInAValue_HasNoSeparator(string variable)
    {
        foreach (byte[] output in WriteEveryByte(variable, TemplateEncoding.Query))
        {
            Assert.DoesNotContain(output, value => value is (byte)'&' or (byte)'=' or (byte)'#' or (byte)'?');
        }
    }

    [Theory]
    [MemberData(nameof(Variables))]
    public void Html_OfEveryByteInEveryVariable_HasNoMarkup(string variable)
    {
        foreach (byte[] output in WriteEveryByte(variable, TemplateEncoding.Html))
        {
            string text = StrictUtf8(output);
            Assert.DoesNotContain(text, letter => letter is '<' or '>' or '"' or '\'');
            Assert.DoesNotContain(text, letter => char.IsControl(letter) && letter is not ('\t' or '\r' or '\n'));
        }
    }

    [Theory]
    [MemberData(nameof(Variables))]
    public void Json_OfEveryByteInEveryVariable_StaysWithinItsString(string variable)
    {
        foreach (byte[] output in WriteEveryByte(variable, TemplateEncoding.Json))
        {
            using JsonDocument document = JsonDocument.Parse($"[\"{StrictUtf8(output)}\"]");
            Assert.Equal(1, document.RootElement.GetArrayLength());
        }
    }

    [Theory]
    [MemberData(nameof(Variables))]
    public void Text_OfEveryByteInEveryVariable_IsUtf8WithoutControls(string variable)
    {
        foreach (byte[] output in WriteEveryByte(variable, TemplateEncoding.Text))
        {
            Assert.DoesNotContain(StrictUtf8(output), letter => char.IsControl(letter) && letter is not ('\t' or '\r' or '\n'));
        }
    }

    [Theory]
    [InlineData("grün", TemplateEncoding.Html, "grün")]
    [InlineData("a\"b\\c<d>", TemplateEncoding.Json, "a\\\"b\\\\c\\u003Cd\\u003E")]
    [InlineData("<a href='x'>&", TemplateEncoding.Html, "&lt;a href=&#39;x&#39;&gt;&amp;")]
    [InlineData("<b>", TemplateEncoding.Text, "<b>")]
    [InlineData("ü", TemplateEncoding.Header, "%C3%BC")]
    public void Value_Encoded_ReadsAsExpected(string value, TemplateEncoding encoding, string expected)
    {
        var source = new FakeSource(Head) { Text = Encoding.UTF8.GetBytes(value) };
        Assert.Equal(expected, StrictUtf8(Write("{route}", source, encoding)));
    }

    private static IEnumerable<byte[]> WriteEveryByte(string variable, TemplateEncoding encoding)
    {
        for (int value = 0; value < 256; value++)
        {
            var source = new FakeSource(Head.Replace("/Q", "/Q/Q?q=Q", StringComparison.Ordinal)) { Text = [(byte)'a', (byte)value, (byte)'b'] };
            for (int at = source.Memory.AsSpan().IndexOf((byte)'Q'); at >= 0; at = source.Memory.AsSpan().IndexOf((byte)'Q'))
            {
                source.Memory[at] = value == 'Q' ? (byte)'R' : (byte)value;
            }

            yield return Write($"{{{variable}}}", source, encoding);
        }
    }

    private static byte[] Write(string text, FakeSource source, TemplateEncoding encoding)
    {
        byte[] memory = new byte[1_024];
        var writer = new HeadWriter(memory);
        Template.Parse(text, TemplateScope.Response).Write(ref writer, source, encoding);
        Assert.False(writer.Overflowed);
        return memory[..writer.Length];
    }

    private static string StrictUtf8(byte[] bytes) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
}
