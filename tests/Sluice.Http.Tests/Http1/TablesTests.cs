using System.Text.RegularExpressions;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http1;

public sealed class TablesTests
{
    [Fact]
    public void Violations_EachHasItsOwnRow()
    {
        Violation[] all = Enum.GetValues<Violation>();
        Assert.Equal(all.Length, all.Select(violation => Violations.Get(violation).Name).Distinct().Count());
        foreach (Violation violation in all.Where(violation => violation != Violation.None))
        {
            ViolationInfo info = Violations.Get(violation);
            Assert.Matches(new Regex("^[a-z][a-z0-9_]*$"), info.Name);

            // The name is the value's, so that logs and code are found from each other.
            Assert.Equal(violation.ToString(), info.Name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
            Assert.Contains(info.Status, new[] { 400, 405, 414, 417, 431, 501, 505 });
            Assert.False(ReasonPhrases.Get(info.Status).IsEmpty);
            Assert.NotEmpty(info.Text);
            Assert.NotEqual('.', info.Text[^1]);
            Assert.NotEmpty(info.Source);
        }
    }

    [Theory]
    [InlineData(200, "OK")]
    [InlineData(103, "Early Hints")]
    [InlineData(308, "Permanent Redirect")]
    [InlineData(431, "Request Header Fields Too Large")]
    [InlineData(504, "Gateway Timeout")]
    [InlineData(299, "")]
    [InlineData(99, "")]
    [InlineData(600, "")]
    [InlineData(-1, "")]
    public void Reason_OfStatus_IsThatOfTheRegistry(int status, string reason) => Assert.Equal(reason, Bytes.ToText(ReasonPhrases.Get(status)));

    [Theory]
    [InlineData(RequestMethod.Get, true, true)]
    [InlineData(RequestMethod.Head, true, true)]
    [InlineData(RequestMethod.Options, true, true)]
    [InlineData(RequestMethod.Trace, true, true)]
    [InlineData(RequestMethod.Put, false, true)]
    [InlineData(RequestMethod.Delete, false, true)]
    [InlineData(RequestMethod.Post, false, false)]
    [InlineData(RequestMethod.Patch, false, false)]
    [InlineData(RequestMethod.Connect, false, false)]
    [InlineData(RequestMethod.Other, false, false)]
    public void Method_IsSafeAndIdempotent_AsTheRfcSays(RequestMethod method, bool isSafe, bool isIdempotent) =>
        Assert.Equal((isSafe, isIdempotent), (method.IsSafe(), method.IsIdempotent()));
}
