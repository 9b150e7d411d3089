namespace Sluice.Hostile.Requests;

/// <summary>Connection, upgrades, and fields that clients try to name away.</summary>
public sealed class HopByHopTests(CorpusRun run) : RequestCorpusTests(run, File), IClassFixture<CorpusRun>
{
    private const string File = "h1-i-hop-by-hop";

    public static TheoryData<string> Cases => NamesIn(File);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Request_FromCorpus_IsHandledAsListed(string name) => RunAsync(name);
}
