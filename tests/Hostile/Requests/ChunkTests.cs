namespace Sluice.Hostile.Requests;

/// <summary>Chunked content with broken framing.</summary>
public sealed class ChunkTests(CorpusRun run) : RequestCorpusTests(run, File), IClassFixture<CorpusRun>
{
    private const string File = "h1-d-chunks";

    public static TheoryData<string> Cases => NamesIn(File);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Request_FromCorpus_IsHandledAsListed(string name) => RunAsync(name);
}
