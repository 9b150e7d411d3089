using Sluice.Http.Http1;
using Sluice.Http.Representations;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Representations;

public sealed class PreconditionsTests
{
    private const string Modified = "Sun, 06 Nov 1994 08:49:37 GMT";
    private const string Before = "Sun, 06 Nov 1994 08:49:36 GMT";
    private const string After = "Sun, 06 Nov 1994 08:49:38 GMT";
    private const long ModifiedSeconds = 784111777;

    // RFC 9110, section 13.1.1.
    [Theory]
    [InlineData("If-Match: *", PreconditionOutcome.Proceed)]
    [InlineData("If-Match: \"a\"", PreconditionOutcome.Proceed)]
    [InlineData("If-Match: \"b\", \"a\"", PreconditionOutcome.Proceed)]
    [InlineData("If-Match: \"b\"\r\nIf-Match: \"a\"", PreconditionOutcome.Proceed)]
    [InlineData("If-Match: \"b\"", PreconditionOutcome.PreconditionFailed)]
    [InlineData("If-Match: W/\"a\"", PreconditionOutcome.PreconditionFailed)]
    [InlineData("If-Match: a", PreconditionOutcome.PreconditionFailed)]
    public void IfMatch_ComparesStrongly(string field, PreconditionOutcome expected) => Assert.Equal(expected, Evaluate(field));

    // Section 13.1.2.
    [Theory]
    [InlineData("If-None-Match: *", PreconditionOutcome.NotModified)]
    [InlineData("If-None-Match: \"a\"", PreconditionOutcome.NotModified)]
    [InlineData("If-None-Match: W/\"a\"", PreconditionOutcome.NotModified)]
    [InlineData("If-None-Match: \"b\",\"a\"", PreconditionOutcome.NotModified)]
    [InlineData("If-None-Match: \"b\"\r\nIf-None-Match: \"a\"", PreconditionOutcome.NotModified)]
    [InlineData("If-None-Match: \"b\"", PreconditionOutcome.Proceed)]
    [InlineData("If-None-Match: a", PreconditionOutcome.Proceed)]
    public void IfNoneMatch_ComparesWeakly(string field, PreconditionOutcome expected) => Assert.Equal(expected, Evaluate(field));

    // Section 13.1.2: the condition is false for another method, too, and that is a failure.
    [Fact]
    public void IfNoneMatch_OfAnotherMethod_Fails() =>
        Assert.Equal(PreconditionOutcome.PreconditionFailed, Evaluate("If-None-Match: \"a\"", method: "DELETE"));

    // Section 13.1.3.
    [Theory]
    [InlineData(Modified, PreconditionOutcome.NotModified)]
    [InlineData(After, PreconditionOutcome.NotModified)]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", PreconditionOutcome.NotModified)]
    [InlineData(Before, PreconditionOutcome.Proceed)]
    [InlineData("yesterday", PreconditionOutcome.Proceed)]
    public void IfModifiedSince_ComparesDates(string value, PreconditionOutcome expected) => Assert.Equal(expected, Evaluate("If-Modified-Since: " + value));

    // Section 13.1.3: for GET and HEAD only.
    [Fact]
    public void IfModifiedSince_OfAnotherMethod_IsIgnored() =>
        Assert.Equal(PreconditionOutcome.Proceed, Evaluate("If-Modified-Since: " + After, method: "POST"));

    // Section 13.1.4.
    [Theory]
    [InlineData(Modified, PreconditionOutcome.Proceed)]
    [InlineData(After, PreconditionOutcome.Proceed)]
    [InlineData(Before, PreconditionOutcome.PreconditionFailed)]
    [InlineData("yesterday", PreconditionOutcome.Proceed)]
    public void IfUnmodifiedSince_ComparesDates(string value, PreconditionOutcome expected) => Assert.Equal(expected, Evaluate("If-Unmodified-Since: " + value));

    // Section 13.2.2.
    [Theory]
    [InlineData("If-Match: \"a\"\r\nIf-Unmodified-Since: " + Before, PreconditionOutcome.Proceed)]
    [InlineData("If-Match: \"b\"\r\nIf-None-Match: \"a\"", PreconditionOutcome.PreconditionFailed)]
    [InlineData("If-Match: \"a\"\r\nIf-None-Match: \"a\"", PreconditionOutcome.NotModified)]
    [InlineData("If-Unmodified-Since: " + Before + "\r\nIf-None-Match: \"a\"", PreconditionOutcome.PreconditionFailed)]
    [InlineData("If-Unmodified-Since: " + Modified + "\r\nIf-Modified-Since: " + Modified, PreconditionOutcome.NotModified)]
    [InlineData("If-None-Match: \"b\"\r\nIf-Modified-Since: " + After, PreconditionOutcome.Proceed)]
    [InlineData("If-None-Match: \"a\"\r\nIf-Modified-Since: " + Before, PreconditionOutcome.NotModified)]
    [InlineData("Accept: */*", PreconditionOutcome.Proceed)]
    public void SeveralConditions_AreEvaluatedInOrder(string fields, PreconditionOutcome expected) => Assert.Equal(expected, Evaluate(fields));

    // RFC 9111, section 4.3.2.
    [Theory]
    [InlineData("If-Match: \"b\"", PreconditionOutcome.Proceed)]
    [InlineData("If-Unmodified-Since: " + Before, PreconditionOutcome.Proceed)]
    [InlineData("If-Match: \"b\"\r\nIf-None-Match: \"a\"", PreconditionOutcome.NotModified)]
    public void Cache_LeavesWhatIsForTheOrigin(string fields, PreconditionOutcome expected) =>
        Assert.Equal(expected, Evaluate(fields, scope: PreconditionScope.Cache));

    // RFC 9111, section 4.3.2; RFC 9110, section 13.1.3.
    [Theory]
    [InlineData(PreconditionScope.Cache, PreconditionOutcome.NotModified)]
    [InlineData(PreconditionScope.Origin, PreconditionOutcome.Proceed)]
    public void IfModifiedSince_WithoutLastModified_IsComparedWithTheDateByCachesOnly(PreconditionScope scope, PreconditionOutcome expected)
    {
        RequestHead request = Parse("If-Modified-Since: " + Modified);
        var validators = new Validators { Date = ModifiedSeconds };
        Assert.Equal(expected, Preconditions.Evaluate(request.Fields, isRead: true, validators, scope));
    }

    // Section 13.1.1 and 13.1.2: "*" is about whether there is a representation at all.
    [Theory]
    [InlineData("If-Match: *", PreconditionOutcome.PreconditionFailed)]
    [InlineData("If-None-Match: *", PreconditionOutcome.Proceed)]
    public void Star_WithoutARepresentation_MeansTheOpposite(string field, PreconditionOutcome expected) =>
        Assert.Equal(expected, Preconditions.Evaluate(Parse(field).Fields, isRead: true, new Validators { Exists = false }, PreconditionScope.Origin));

    // Section 13.1.5.
    [Theory]
    [InlineData("If-Range: \"a\"", true)]
    [InlineData("If-Range: W/\"a\"", false)]
    [InlineData("If-Range: \"b\"", false)]
    [InlineData("If-Range: " + Modified, true)]
    [InlineData("If-Range: " + After, false)]
    [InlineData("If-Range: " + Before, false)]
    [InlineData("If-Range: x", false)]
    [InlineData("Range: bytes=0-", true)]
    public void IfRange_NamesTheVeryRepresentation(string field, bool expected) => Assert.Equal(expected, AllowsRange(field, ModifiedSeconds + 1));

    // Section 8.8.2.2: within the same second the date is a weak validator.
    [Fact]
    public void IfRange_WithAWeakDate_IsNotMet() => Assert.False(AllowsRange("If-Range: " + Modified, ModifiedSeconds));

    [Fact]
    public void IfRange_WithTheTagOfAWeaklyTaggedOne_IsNotMet() =>
        Assert.False(Preconditions.AllowsRange(Parse("If-Range: W/\"a\"").Fields, new Validators { ETag = "W/\"a\""u8 }));

    [Fact]
    public void Validators_OfAHead_AreTakenWhereTheyAreThereOnceAndValid()
    {
        ResponseHead good = Responses.Parse($"HTTP/1.1 200 OK\r\nETag: \"a\"\r\nLast-Modified: {Modified}\r\nDate: {After}\r\n\r\n");
        Validators validators = Validators.Of(good.Fields);
        Assert.True(validators.ETag.SequenceEqual("\"a\""u8));
        Assert.Equal(ModifiedSeconds, validators.LastModified);
        Assert.True(validators.IsLastModifiedStrong);

        ResponseHead bad = Responses.Parse($"HTTP/1.1 200 OK\r\nETag: a\r\nLast-Modified: {Modified}\r\nLast-Modified: {Modified}\r\nDate: 0\r\n\r\n");
        Validators none = Validators.Of(bad.Fields);
        Assert.True(none.ETag.IsEmpty);
        Assert.Equal(Validators.NoDate, none.LastModified);
        Assert.Equal(Validators.NoDate, none.Date);
    }

    private static PreconditionOutcome Evaluate(string fields, string method = "GET", PreconditionScope scope = PreconditionScope.Origin)
    {
        RequestHead request = Parse(fields, method);
        var validators = new Validators { ETag = "\"a\""u8, LastModified = ModifiedSeconds, Date = ModifiedSeconds + 1 };
        return Preconditions.Evaluate(request.Fields, request.Method is RequestMethod.Get or RequestMethod.Head, validators, scope);
    }

    private static bool AllowsRange(string fields, long date) =>
        Preconditions.AllowsRange(Parse(fields).Fields, new Validators { ETag = "\"a\""u8, LastModified = ModifiedSeconds, Date = date });

    private static RequestHead Parse(string fields, string method = "GET") => Requests.Parse($"{method} / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n");
}
