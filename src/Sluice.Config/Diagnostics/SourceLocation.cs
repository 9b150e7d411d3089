namespace Sluice.Config.Diagnostics;

/// <summary>A place in a configuration file.</summary>
/// <param name="Source">The file.</param>
/// <param name="Offset">Of its first character; 0 to the length of the text.</param>
/// <param name="Length">In UTF-16 units; may be 0 and may span lines.</param>
public sealed record SourceLocation(SourceText Source, int Offset, int Length)
{
    /// <summary>The line, counted from 1.</summary>
    public int Line => Source.LineOf(Offset);

    /// <summary>The column, counted from 1.</summary>
    public int Column => Source.ColumnOf(Offset);

    /// <inheritdoc/>
    public override string ToString() => $"{Source.FileName}:{Line}:{Column}";
}
