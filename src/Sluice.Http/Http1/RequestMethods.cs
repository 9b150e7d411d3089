namespace Sluice.Http.Http1;

/// <summary>What RFC 9110, section 9.2, says about methods.</summary>
public static class RequestMethods
{
    /// <summary>Whether the method only reads (section 9.2.1).</summary>
    public static bool IsSafe(this RequestMethod method) =>
        method is RequestMethod.Get or RequestMethod.Head or RequestMethod.Options or RequestMethod.Trace;

    /// <summary>Whether doing it twice is as good as doing it once (section 9.2.2). Unknown methods are not taken to be.</summary>
    public static bool IsIdempotent(this RequestMethod method) => method.IsSafe() || method is RequestMethod.Put or RequestMethod.Delete;

    /// <summary>Finds a method by its exact name.</summary>
    public static RequestMethod Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 => name.SequenceEqual("GET"u8) ? RequestMethod.Get : name.SequenceEqual("PUT"u8) ? RequestMethod.Put : RequestMethod.Other,
        4 => name.SequenceEqual("POST"u8) ? RequestMethod.Post : name.SequenceEqual("HEAD"u8) ? RequestMethod.Head : RequestMethod.Other,
        5 => name.SequenceEqual("PATCH"u8) ? RequestMethod.Patch : name.SequenceEqual("TRACE"u8) ? RequestMethod.Trace : RequestMethod.Other,
        6 => name.SequenceEqual("DELETE"u8) ? RequestMethod.Delete : RequestMethod.Other,
        7 => name.SequenceEqual("OPTIONS"u8) ? RequestMethod.Options : name.SequenceEqual("CONNECT"u8) ? RequestMethod.Connect : RequestMethod.Other,
        _ => RequestMethod.Other,
    };
}
