namespace Sluice.Hostile.Requests;

/// <summary>Request lines, and what is no HTTP at all.</summary>
public sealed class RequestLineTests(CorpusRun run) : RequestCorpusTests(run, File), IClassFixture<CorpusRun>
{
    private const string File = "h1-f-request-line";

    public static TheoryData<string> Cases => NamesIn(File);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Request_FromCorpus_IsHandledAsListed(string name) => RunAsync(name);
}
