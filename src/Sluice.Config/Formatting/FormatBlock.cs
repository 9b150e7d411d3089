namespace Sluice.Config.Formatting;

/// <summary>A block collection that is open: where it stood and where it goes. Immutable, so that the ones open at some place can be kept.</summary>
/// <param name="Parent">The one around it; null for the outermost.</param>
/// <param name="OldColumn">Counted from 0.</param>
/// <param name="Indent">Blanks before each of its entries.</param>
/// <param name="IsSequence">Whether it is a list.</param>
/// <param name="IsUnmarked">
/// Whether it is a list whose dashes stand in the column of the key above (YAML 1.2, section 8.2.2): the scanner marks neither end of it.
/// </param>
internal sealed record FormatBlock(FormatBlock? Parent, int OldColumn, int Indent, bool IsSequence, bool IsUnmarked)
{
    internal const int Step = 2;

    /// <summary>Where values begin that stand on lines of their own.</summary>
    internal int ValueIndent => Indent + Step;
}
