namespace Sluice.Config.Diagnostics;

/// <summary>Finds the word that was probably meant.</summary>
/// <remarks>
/// The distance is the number of insertions, deletions, replacements and swaps of neighbours (Damerau 1964, in the form of optimal string
/// alignment). Case doesn't count, and a hyphen is an underscore.
/// </remarks>
public static class NearestWord
{
    // Longer words are not typing slips of ours, and the work is the product of the lengths.
    private const int LengthMax = 64;

    /// <summary>The nearest of the words, or null when none is near: at most a third of the letters may differ.</summary>
    public static string? Find(string word, IEnumerable<string> words)
    {
        if (word.Length is 0 or > LengthMax)
        {
            return null;
        }

        string? nearest = null;
        int least = Math.Max(1, word.Length / 3) + 1;
        foreach (string candidate in words)
        {
            if (candidate.Length > LengthMax || Math.Abs(candidate.Length - word.Length) >= least)
            {
                continue;
            }

            int distance = Distance(Fold(word), Fold(candidate));
            if (distance < least)
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest;
    }

    private static string Fold(string word) => word.ToLowerInvariant().Replace('-', '_');

    private static int Distance(string a, string b)
    {
        var distances = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            distances[i, 0] = i;
        }

        for (int j = 0; j <= b.Length; j++)
        {
            distances[0, j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                distances[i, j] = Step(distances, a, b, i, j);
            }
        }

        return distances[a.Length, b.Length];
    }

    private static int Step(int[,] distances, string a, string b, int i, int j)
    {
        int replaced = distances[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        int best = Math.Min(replaced, Math.Min(distances[i - 1, j], distances[i, j - 1]) + 1);
        bool isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        return isSwap ? Math.Min(best, distances[i - 2, j - 2] + 1) : best;
    }
}
