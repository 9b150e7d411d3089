using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Caching;

/// <summary>
/// One request and the response to it, and what the cache makes of them. All times are seconds behind <see cref="Start"/>, at which everything happens.
/// </summary>
internal static class CacheStory
{
    /// <summary>Sun, 06 Nov 1994 08:49:37 GMT.</summary>
    internal const long Start = 784_111_777;

    internal const string StartText = "Sun, 06 Nov 1994 08:49:37 GMT";

    internal static RequestHead Request(string fields = "", string method = "GET", string target = "/a")
    {
        return Requests.Parse($"{method} {target} HTTP/1.1\r\nHost: example.com\r\n{Lines(fields)}\r\n");
    }

    /// <param name="fields">Field lines, separated by a line feed.</param>
    /// <param name="status">Three digits.</param>
    internal static ResponseHead Response(string fields, int status = 200) => Responses.Parse($"HTTP/1.1 {status} Some reason\r\n{Lines(fields)}\r\n");

    internal static ResponseDirectives Directives(string fields) => ResponseDirectives.Read(Response(fields).Fields);

    internal static RequestDirectives Asked(string fields) => RequestDirectives.Read(Request(fields).Fields);

    internal static StoreVerdict Decide(string response, string request = "", int status = 200, string method = "GET", StoreOptions? options = null)
    {
        return Decide(Request(request, method), Response(response, status), options ?? StoreOptions.Default, out _);
    }

    /// <summary>The times of a response that has no Date of its own and comes at once, if nothing else is said.</summary>
    internal static StoredTimes Store(string response, StoreOptions? options = null, int status = 200, long requestedAt = 0, long receivedAt = 0)
    {
        ResponseHead head = Response(response, status);
        options ??= StoreOptions.Default;
        var times = ResponseTimes.Of(head.Fields, Start + requestedAt, Start + receivedAt);
        return Freshness.Compute(head, ResponseDirectives.Read(head.Fields, options.Ignored), times, options);
    }

    internal static ReuseVerdict Reuse(string response, long age, string request = "", bool honorsClient = true, StoreOptions? options = null)
    {
        return ReuseRules.Decide(Store(response, options), Asked(request), Start + age, new ReuseOptions { HonorsClient = honorsClient });
    }

    internal static bool ServesOnError(string response, long age, string request = "", ReuseOptions options = default, bool isDisconnected = false)
    {
        return ReuseRules.MayServeOnError(Store(response), Asked(request), Start + age, options, isDisconnected);
    }

    internal static string Stored(string response, StoreOptions? options = null, int status = 200)
    {
        ResponseHead head = Response(response, status);
        var writer = new HeadWriter(new byte[8192]);
        Assert.True(StoredHead.Write(ref writer, head, ResponseDirectives.Read(head.Fields), Start, options ?? StoreOptions.Default));
        return Bytes.ToText(writer.WrittenFrom(0));
    }

    /// <param name="stored">The fields of the stored response.</param>
    /// <param name="notModified">The fields of the 304, received 100 s behind the start.</param>
    /// <param name="options">The operator's.</param>
    internal static string Freshened(string stored, string notModified, StoreOptions? options = null)
    {
        ResponseHead head = Responses.Parse(Stored(stored, options));
        ResponseHead update = Response(notModified, 304);
        var writer = new HeadWriter(new byte[8192]);
        Assert.True(StoredHead.Merge(ref writer, head, update, ResponseDirectives.Read(update.Fields), Start + 100, options ?? StoreOptions.Default));
        return Bytes.ToText(writer.WrittenFrom(0));
    }

    internal static FresheningMatch Match(string stored, string notModified, int candidateCount = 1, bool wasAsked = false)
    {
        return FresheningSelector.Match(Validators.Of(Response(notModified, 304).Fields), Validators.Of(Response(stored).Fields), candidateCount, wasAsked);
    }

    /// <summary>The key of a request for a response with such a Vary, with the absent fields visible and a bar behind each field.</summary>
    internal static string Key(string vary, string request)
    {
        byte[] names = new byte[VaryKey.NameBytesMax];
        Assert.Equal(VaryOutcome.Names, VaryKey.ReadNames(Response(vary).Fields, names, out int nameLength));
        byte[] key = new byte[4096];
        Assert.True(VaryKey.TryWrite(names.AsSpan(0, nameLength), Request(request).Fields, key, out int length));
        return Bytes.ToText(key.AsSpan(0, length)).Replace("\0", "(absent)", StringComparison.Ordinal).Replace("\n", "|", StringComparison.Ordinal);
    }

    internal static (VaryOutcome Outcome, string Names) Names(string response)
    {
        byte[] names = new byte[VaryKey.NameBytesMax];
        VaryOutcome outcome = VaryKey.ReadNames(Response(response).Fields, names, out int length);
        return (outcome, Bytes.ToText(names.AsSpan(0, length)));
    }

    /// <summary>A date some seconds behind the start.</summary>
    internal static string Date(long seconds)
    {
        byte[] text = new byte[HttpDate.Bytes];
        HttpDate.Write(Start + seconds, text);
        return Bytes.ToText(text);
    }

    private static StoreVerdict Decide(RequestHead request, ResponseHead response, StoreOptions options, out StoredTimes stored)
    {
        var times = ResponseTimes.Of(response.Fields, Start, Start);
        return StoreRules.Decide(request, response, ResponseDirectives.Read(response.Fields, options.Ignored), times, options, out stored);
    }

    private static string Lines(string fields) => fields.Length == 0 ? "" : fields.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n";
}
