namespace Sluice.Load.Reports;

/// <summary>Prints rows in columns: the first to the left, numbers to the right.</summary>
internal static class TextTable
{
    public static void Print(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. header.Select((text, column) => rows.Select(row => row[column].Length).Append(text.Length).Max())];
        PrintRow(header, widths);
        foreach (IReadOnlyList<string> row in rows)
        {
            PrintRow(row, widths);
        }
    }

    private static void PrintRow(IReadOnlyList<string> cells, int[] widths)
    {
        IEnumerable<string> padded = cells.Select((text, column) => column == 0 ? text.PadRight(widths[0]) : text.PadLeft(widths[column]));
        Console.WriteLine("  " + string.Join("  ", padded).TrimEnd());
    }
}
