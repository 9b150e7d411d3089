namespace Sluice.Hostile.Requests;

/// <summary>Host, and its agreement with the target.</summary>
public sealed class HostTests(CorpusRun run) : RequestCorpusTests(run, File), IClassFixture<CorpusRun>
{
    private const string File = "h1-g-host";

    public static TheoryData<string> Cases => NamesIn(File);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Request_FromCorpus_IsHandledAsListed(string name) => RunAsync(name);
}
