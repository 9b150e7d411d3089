namespace Sluice.Proxy.Health.Checks;

/// <summary>How a check ended.</summary>
/// <param name="HasPassed">Whether the server did as expected.</param>
/// <param name="Text">What was seen, in words for an operator, such as <c>status 503</c>.</param>
internal readonly record struct CheckResult(bool HasPassed, string Text)
{
    /// <summary>All was as expected.</summary>
    public static readonly CheckResult Passed = new(true, "passed");

    /// <summary>It was not.</summary>
    public static CheckResult Failed(string text) => new(false, text);
}
