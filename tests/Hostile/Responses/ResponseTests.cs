using Sluice.Hostile.Data;

namespace Sluice.Hostile.Responses;

/// <summary>Responses that break HTTP, and servers that break off.</summary>
public sealed class ResponseTests(UpstreamRun run) : IClassFixture<UpstreamRun>
{
    private const string File = "upstream-responses";

    public static TheoryData<string> Cases => [.. CorpusFile.Load(File).Cases.Select(hostile => hostile.ToString())];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Response_FromCorpus_IsHandledAsListed(string name)
    {
        CorpusFile corpus = run.Start(File);
        return new UpstreamCaseRun(run, corpus.Cases.Single(hostile => hostile.ToString() == name)).RunAsync();
    }
}
