namespace Sluice.Tidy;

/// <summary>One rule of the house style that a program can check.</summary>
public interface IRule
{
    /// <summary>Checks all files at once: some rules are about how files relate.</summary>
    IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files);
}
