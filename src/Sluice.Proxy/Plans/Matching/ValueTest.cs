namespace Sluice.Proxy.Plans.Matching;

/// <summary>What a header, a query parameter or a cookie has to be. Of several values under one name it is enough if one fits.</summary>
/// <param name="Kind">How it is compared. The case of letters counts.</param>
/// <param name="Texts">What it is compared with, as UTF-8; empty for <see cref="ValueTestKind.Present"/>.</param>
/// <param name="IsNegated">Whether the contrary has to hold: that no value fits, which is so, too, when there is none.</param>
public sealed record ValueTest(ValueTestKind Kind, PlanList<string> Texts, bool IsNegated = false)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        string texts = string.Join(" or ", Texts.Select(text => $"\"{text}\""));
        string test = Kind switch
        {
            ValueTestKind.Exact => texts,
            ValueTestKind.Prefix => $"{texts}…",
            ValueTestKind.Suffix => $"…{texts}",
            ValueTestKind.Contains => $"…{texts}…",
            ValueTestKind.Regex => $"~{texts}",
            _ => "present",
        };
        return IsNegated ? "not " + test : test;
    }
}
