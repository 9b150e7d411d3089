namespace Sluice.Config.Formatting;

/// <summary>The lines that differ between two texts (Myers 1986, "An O(ND) Difference Algorithm and Its Variations").</summary>
internal static class LineDiff
{
    // The work is the product of lines and differences, and the memory the square of differences. Beyond that, all between the first
    // and the last difference counts as changed.
    private const int DifferencesMax = 500;

    /// <summary>The edits that make one text of the other, in their order: <c>' '</c> for a line of both, <c>'-'</c> and <c>'+'</c> for one of one.</summary>
    internal static List<(char Kind, string Line)> Compare(string[] old, string[] @new)
    {
        int head = 0;
        while (head < old.Length && head < @new.Length && old[head] == @new[head])
        {
            head++;
        }

        int tail = 0;
        while (tail < old.Length - head && tail < @new.Length - head && old[^(tail + 1)] == @new[^(tail + 1)])
        {
            tail++;
        }

        string[] a = old[head..^tail];
        string[] b = @new[head..^tail];
        return
        [
            .. old.Take(head).Select(line => (' ', line)),
            .. Edits(a, b) ?? [.. a.Select(line => ('-', line)), .. b.Select(line => ('+', line))],
            .. old.Skip(old.Length - tail).Select(line => (' ', line)),
        ];
    }

    // Walks the edit graph by ever more differences, keeping how far each diagonal came. Null when there are too many.
    private static List<(char Kind, string Line)>? Edits(string[] a, string[] b)
    {
        var furthest = new Dictionary<int, int> { [1] = 0 };
        var trace = new List<Dictionary<int, int>>();
        for (int differences = 0; differences <= Math.Min(a.Length + b.Length, DifferencesMax); differences++)
        {
            trace.Add(new Dictionary<int, int>(furthest));
            for (int diagonal = -differences; diagonal <= differences; diagonal += 2)
            {
                bool isInsertion = diagonal == -differences
                    || (diagonal != differences && furthest[diagonal - 1] < furthest[diagonal + 1]);
                int x = isInsertion ? furthest[diagonal + 1] : furthest[diagonal - 1] + 1;
                int y = x - diagonal;
                while (x < a.Length && y < b.Length && a[x] == b[y])
                {
                    (x, y) = (x + 1, y + 1);
                }

                furthest[diagonal] = x;
                if (x >= a.Length && y >= b.Length)
                {
                    return Backtrack(a, b, trace);
                }
            }
        }

        return null;
    }

    private static List<(char Kind, string Line)> Backtrack(string[] a, string[] b, List<Dictionary<int, int>> trace)
    {
        var edits = new List<(char, string)>();
        (int x, int y) = (a.Length, b.Length);
        for (int differences = trace.Count - 1; differences >= 0; differences--)
        {
            Dictionary<int, int> furthest = trace[differences];
            int diagonal = x - y;
            bool isInsertion = diagonal == -differences || (diagonal != differences && furthest[diagonal - 1] < furthest[diagonal + 1]);
            int previous = isInsertion ? diagonal + 1 : diagonal - 1;
            int fromX = furthest[previous];
            int fromY = fromX - previous;
            while (x > fromX && y > fromY)
            {
                edits.Add((' ', a[--x]));
                y--;
            }

            if (differences > 0)
            {
                edits.Add(isInsertion ? ('+', b[--y]) : ('-', a[--x]));
            }
        }

        edits.Reverse();
        return edits;
    }
}
