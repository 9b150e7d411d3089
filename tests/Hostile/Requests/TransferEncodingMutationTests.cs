using System.Globalization;
using Sluice.Hostile.Data;

namespace Sluice.Hostile.Requests;

/// <summary>
/// Every byte that is no visible ASCII character, at the four places around a <c>Transfer-Encoding: chunked</c> where some server skips it:
/// 640 requests, all of which must be refused (the last group of H1-C).
/// </summary>
public sealed class TransferEncodingMutationTests(CorpusRun run) : IClassFixture<CorpusRun>
{
    // The limits of the file apply; its cases run elsewhere.
    private const string File = "h1-c-transfer-encoding";

    private static readonly byte[] Mutations =
        [.. Enumerable.Range(0x01, 0x1F).Concat(Enumerable.Range(0x7F, 0x81)).Select(value => (byte)value)];

    [Theory]
    [InlineData("before the name", "?Transfer-Encoding: chunked")]
    [InlineData("before the colon", "Transfer-Encoding?: chunked")]
    [InlineData("before the value", "Transfer-Encoding:?chunked")]
    [InlineData("behind the value", "Transfer-Encoding: chunked?")]
    public async Task TransferEncoding_WithAStrangeByte_IsRefused(string place, string field)
    {
        run.Start(File);
        Assert.Equal(160, Mutations.Length);
        foreach (byte value in Mutations)
        {
            string escaped = field.Replace("?", "\\x" + value.ToString("X2", CultureInfo.InvariantCulture), StringComparison.Ordinal);
            byte[] request = CorpusText.Decode(
                $"POST / HTTP/1.1\\r\\nHost: a.test\\r\\n{escaped}\\r\\n\\r\\n0\\r\\n\\r\\n"
                + "GET /smuggled HTTP/1.1\\r\\nHost: a.test\\r\\n\\r\\n");
            var hostile = new HostileCase
            {
                Id = "H1-C",
                Title = $"0x{value:X2} {place}",
                Steps = [new CaseStep(StepKind.Send, request)],
                Expect = ExpectationText.Parse("400/501"),
            };
            await new CaseRun(run, hostile, waitForLog: false).RunAsync();
        }

        await run.Proxy.AccessLog.WaitForAsync(entry => CorpusRun.IsOfCase(entry) && entry.Error == "bad_request", run.LinesExpected);
    }
}
