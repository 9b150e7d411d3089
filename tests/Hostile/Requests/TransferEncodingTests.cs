namespace Sluice.Hostile.Requests;

/// <summary>Transfer-Encoding that some servers take for chunked and others don't.</summary>
public sealed class TransferEncodingTests(CorpusRun run) : RequestCorpusTests(run, File), IClassFixture<CorpusRun>
{
    private const string File = "h1-c-transfer-encoding";

    public static TheoryData<string> Cases => NamesIn(File);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Request_FromCorpus_IsHandledAsListed(string name) => RunAsync(name);
}
