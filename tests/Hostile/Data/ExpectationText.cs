using System.Globalization;

namespace Sluice.Hostile.Data;

/// <summary>
/// Reads the line behind <c>=</c>: statuses in order as <c>[METHOD:]STATUS[/STATUS][xCOUNT]</c>, or <c>none</c>; then <c>open</c>,
/// <c>closed</c> or <c>either</c>, <c>forwards N</c>, <c>may_begin</c>, <c>truncated</c>, <c>reused</c>, <c>interims N</c>. Without them a
/// last status below 400 leaves the connection open and each such status is a request forwarded; any other closes it, and nothing is
/// forwarded.
/// </summary>
internal static class ExpectationText
{
    internal static Expectation Parse(string text)
    {
        var responses = new List<ExpectedResponse>();
        ConnectionFate? fate = null;
        int? forwards = null;
        bool mayBegin = false;
        bool truncated = false;
        bool reused = false;
        int interims = 0;
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length; i++)
        {
            switch (words[i])
            {
                case "none":
                    break;
                case "open" or "closed" or "either":
                    fate = Enum.Parse<ConnectionFate>(words[i], ignoreCase: true);
                    break;
                case "forwards":
                    forwards = int.Parse(words[++i], CultureInfo.InvariantCulture);
                    break;
                case "may_begin":
                    mayBegin = true;
                    break;
                case "truncated":
                    truncated = true;
                    break;
                case "reused":
                    reused = true;
                    break;
                case "interims":
                    interims = int.Parse(words[++i], CultureInfo.InvariantCulture);
                    break;
                default:
                    responses.Add(ParseResponse(words[i]));
                    break;
            }
        }

        bool endsWell = responses.Count > 0 && responses[^1].Statuses.All(status => status < 400);
        return new Expectation
        {
            Responses = responses,
            Fate = fate ?? (endsWell && !truncated ? ConnectionFate.Open : ConnectionFate.Closed),
            Forwards = forwards ?? responses.Where(IsForwarded).Sum(response => response.Count),
            MayBeginToForward = mayBegin,
            Truncated = truncated,
            Reused = reused,
            Interims = interims,
        };
    }

    private static bool IsForwarded(ExpectedResponse response) => response.Statuses.All(status => status is >= 200 and < 400);

    private static ExpectedResponse ParseResponse(string word)
    {
        string[] parts = word.Split(':');
        string[] countParts = parts[^1].Split('x');
        int count = countParts.Length == 2 ? int.Parse(countParts[1], CultureInfo.InvariantCulture) : 1;
        int[] statuses = [.. countParts[0].Split('/').Select(status => int.Parse(status, CultureInfo.InvariantCulture))];
        return new ExpectedResponse(parts.Length == 2 ? parts[0] : "GET", statuses, count);
    }
}
