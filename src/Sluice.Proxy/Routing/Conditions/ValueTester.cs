using System.Text;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests a single value; what it means that there are several, or none, is for its caller.</summary>
internal sealed class ValueTester
{
    private readonly ValueTestKind _kind;
    private readonly byte[][] _texts;
    private readonly TextPattern[] _patterns;

    internal ValueTester(ValueTest plan)
    {
        _kind = plan.Kind;
        bool isRegex = plan.Kind == ValueTestKind.Regex;
        _texts = isRegex ? [] : [.. plan.Texts.Select(Encoding.UTF8.GetBytes)];
        _patterns = isRegex ? [.. plan.Texts.Select(text => new TextPattern(text))] : [];
        IsNegated = plan.IsNegated;
    }

    /// <summary>Whether no value may fit.</summary>
    internal bool IsNegated { get; }

    /// <summary>Whether a value fits, negation aside.</summary>
    internal bool Fits(ReadOnlySpan<byte> value)
    {
        if (_kind == ValueTestKind.Present)
        {
            return true;
        }

        foreach (byte[] text in _texts)
        {
            if (Compare(value, text))
            {
                return true;
            }
        }

        foreach (TextPattern pattern in _patterns)
        {
            if (pattern.IsMatch(value))
            {
                return true;
            }
        }

        return false;
    }

    private bool Compare(ReadOnlySpan<byte> value, byte[] text) => _kind switch
    {
        ValueTestKind.Exact => value.SequenceEqual(text),
        ValueTestKind.Prefix => value.StartsWith(text),
        ValueTestKind.Suffix => value.EndsWith(text),
        _ => value.IndexOf(text) >= 0,
    };
}
