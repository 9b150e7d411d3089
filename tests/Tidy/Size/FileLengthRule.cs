namespace Sluice.Tidy.Size;

/// <summary>C# files have at most 800 lines, tests at most 1,200.</summary>
public sealed class FileLengthRule : IRule
{
    public const int LinesMax = 800;
    public const int TestLinesMax = 1200;

    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        foreach (SourceFile file in files.Where(file => file.IsCSharp))
        {
            int max = file.IsTest ? TestLinesMax : LinesMax;
            int lines = file.Text.Count(character => character == '\n');
            if (lines > max)
            {
                yield return new Violation(file.Path, max + 1, $"{lines} lines, at most {max} are allowed");
            }
        }
    }
}
