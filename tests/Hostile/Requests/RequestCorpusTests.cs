using Sluice.Hostile.Data;

namespace Sluice.Hostile.Requests;

/// <summary>Runs the cases of one file of the corpus, one test each.</summary>
public abstract class RequestCorpusTests(CorpusRun run, string file)
{
    /// <summary>The names of a file's cases.</summary>
    protected static TheoryData<string> NamesIn(string file) => [.. CorpusFile.Load(file).Cases.Select(hostile => hostile.ToString())];

    /// <summary>Runs the case of this name.</summary>
    protected Task RunAsync(string name)
    {
        CorpusFile corpus = run.Start(file);
        return new CaseRun(run, corpus.Cases.Single(hostile => hostile.ToString() == name)).RunAsync();
    }
}
