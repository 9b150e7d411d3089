namespace Sluice.Hostile.Requests;

/// <summary>Content-Length together with Transfer-Encoding.</summary>
public sealed class LengthAndCodingTests(CorpusRun run) : RequestCorpusTests(run, File), IClassFixture<CorpusRun>
{
    private const string File = "h1-a-length-and-coding";

    public static TheoryData<string> Cases => NamesIn(File);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Request_FromCorpus_IsHandledAsListed(string name) => RunAsync(name);
}
