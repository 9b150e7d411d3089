using System.Text;

namespace Sluice.Cli.Output;

/// <summary>A table for people: columns as wide as their content, two spaces between them, numbers to the right.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    internal void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes it to standard output; the headings are bold on a terminal.</summary>
    internal void Write()
    {
        int[] widths = [.. headings.Select((heading, column) => _rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        Console.Out.WriteLine(Terminal.Strong(Line(headings, widths)));
        foreach (string[] row in _rows)
        {
            Console.Out.WriteLine(Line(row, widths));
        }
    }

    private string Line(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (int column = 0; column < cells.Length; column++)
        {
            bool isNumeric = _rows.Count > 0 && _rows.TrueForAll(row => row[column].Length > 0 && row[column].All(char.IsAsciiDigit));
            line.Append(isNumeric ? cells[column].PadLeft(widths[column]) : cells[column].PadRight(widths[column])).Append("  ");
        }

        return line.ToString().TrimEnd();
    }
}
