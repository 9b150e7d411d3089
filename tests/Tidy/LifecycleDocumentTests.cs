using Sluice.Tidy.Documents;
using Xunit;

namespace Sluice.Tidy;

/// <summary>The document on a request's life and the code name the same stages.</summary>
public sealed class LifecycleDocumentTests
{
    [Fact]
    public void Lifecycle_StageNames_AreThoseOfTheCode()
    {
        string[] found = [.. new StageNameRule().Check(Repository.Files).Select(violation => violation.ToString())];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }
}
