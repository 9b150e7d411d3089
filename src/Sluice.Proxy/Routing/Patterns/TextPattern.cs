using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Sluice.Proxy.Routing.Patterns;

/// <summary>A regular expression of the operator's, which has to match the whole of a text. Its time grows with the length of the text and, at worst, with the size of the expression.</summary>
/// <remarks>
/// A <see cref="Regex"/> keeps the working memory of one match and allocates another when a second thread matches at the same moment. So each match has an
/// expression for itself, from as many as were ever needed at once. Making one takes about a millisecond, which happens at most once for each further thread.
/// </remarks>
public sealed class TextPattern
{
    // More event loops than this on one pattern at one moment allocate.
    private const int IdleMax = 16;

    private readonly string _pattern;
    private readonly RegexOptions _options;
    private readonly Regex?[] _idle = new Regex?[IdleMax];

    /// <summary>Compiles a pattern.</summary>
    /// <param name="pattern">In the syntax of .NET, without what needs backtracking.</param>
    /// <param name="ignoreCase">Whether the case of letters does not count.</param>
    /// <exception cref="RegexParseException">The pattern is none.</exception>
    /// <exception cref="NotSupportedException">It has a construct that needs backtracking, or is too large.</exception>
    public TextPattern(string pattern, bool ignoreCase = false)
    {
        _options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);

        // Alone first, so that it can't close the group around it; an expression that backtracks costs little to make.
        GroupNames = [.. new Regex(pattern, RegexOptions.CultureInvariant).GetGroupNames().Where(name => name != "0")];
        _pattern = $"\\A(?:{pattern})\\z";
        _idle[0] = new Regex(_pattern, _options);
    }

    /// <summary>The names of its groups, apart from the whole match; those without a name are numbers.</summary>
    public IReadOnlyList<string> GroupNames { get; }

    /// <summary>Whether it matches all of a text, which is taken as UTF-8; what is none is taken as replacement characters. No allocation.</summary>
    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        Span<char> chars = MatchScratch.Chars(text.Length);
        Utf8.ToUtf16(text, chars, out _, out int length);
        Regex regex = Take();
        bool isMatch = regex.IsMatch(chars[..length]);
        Return(regex);
        return isMatch;
    }

    /// <summary>Matches a text with its groups; allocates.</summary>
    public Match Match(string text)
    {
        Regex regex = Take();
        Match match = regex.Match(text);
        Return(regex);
        return match;
    }

    private Regex Take()
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            if (_idle[i] is not null && Interlocked.Exchange(ref _idle[i], null) is { } regex)
            {
                return regex;
            }
        }

        return new Regex(_pattern, _options);
    }

    private void Return(Regex regex)
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _idle[i], regex, null) is null)
            {
                return;
            }
        }
    }
}
