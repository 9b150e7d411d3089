using System.Text;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Health.Checks;

/// <summary>Finds what has to occur in what a server says. Shared by the checks of an upstream; any thread.</summary>
internal sealed class CheckMatcher
{
    private readonly byte[] _text;
    private readonly TextPattern? _regex;

    /// <summary>Compiles what is expected.</summary>
    public CheckMatcher(ExpectedText expected)
    {
        _text = expected.IsRegex ? [] : Encoding.UTF8.GetBytes(expected.Text);
        _regex = expected.IsRegex ? new TextPattern(ExpectedText.Anywhere(expected.Text)) : null;
    }

    /// <summary>Whether looking takes time that grows with all of what is there, and not with what is new.</summary>
    public bool IsRegex => _regex is not null;

    /// <summary>Whether it occurs.</summary>
    /// <param name="bytes">What is there; what is no UTF-8 counts as replacement characters for a regular expression.</param>
    /// <param name="known">As many of the first bytes have been looked at before in vain.</param>
    public bool IsIn(ReadOnlySpan<byte> bytes, int known = 0) =>
        _regex?.IsMatch(bytes) ?? bytes[Math.Max(known - _text.Length + 1, 0)..].IndexOf(_text) >= 0;
}
