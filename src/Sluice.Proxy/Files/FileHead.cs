using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Files;

namespace Sluice.Proxy.Files;

/// <summary>Writes the head that goes with a file, once for each file that is opened.</summary>
internal sealed class FileHead
{
    private const int LongestYears = 1;
    private const long SecondsPerYear = LongestYears * 365L * 24 * 60 * 60;

    private readonly FilesAction _plan;
    private readonly Dictionary<string, string> _types;
    private readonly string _cacheControl;

    public FileHead(FilesAction plan)
    {
        _plan = plan;
        _types = new Dictionary<string, string>(plan.Types, StringComparer.Ordinal);
        _cacheControl = CacheControlOf(plan);
    }

    /// <summary>Makes the head of a file.</summary>
    /// <param name="name">The path by which it is asked for, which its type follows from.</param>
    /// <param name="status">What it is.</param>
    /// <param name="side">In which encoding it is; null as it is.</param>
    /// <param name="varies">Whether another encoding of it may be sent to others.</param>
    public ResponseHead Create(ReadOnlySpan<byte> name, in FileStatus status, SideFile? side, bool varies)
    {
        var text = new StringBuilder("HTTP/1.1 200 OK\r\n");
        string type = TypeOf(name);
        _ = type.Length == 0 ? text : text.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Last-Modified: {DateTimeOffset.FromUnixTimeSeconds(ClampToDates(status.ModifiedSeconds)):r}\r\n");
        if (_plan.ETag)
        {
            text.Append(CultureInfo.InvariantCulture, $"ETag: {TagOf(status, side)}\r\n");
        }

        text.Append("Accept-Ranges: bytes\r\n").Append(_cacheControl);
        _ = side is null ? text : text.Append(CultureInfo.InvariantCulture, $"Content-Encoding: {side.Coding}\r\n");
        _ = varies ? text.Append("Vary: Accept-Encoding\r\n") : text;
        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {status.SizeBytes}\r\n\r\n");
        return Read(Encoding.Latin1.GetBytes(text.ToString()));
    }

    // As nginx makes them, of time and size, but with all of the time that the file system has. Whoever replaces a file by one of the same size within the same tick of
    // the kernel's clock (4 ms) is not noticed.
    private static string TagOf(in FileStatus status, SideFile? side) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{status.ModifiedSeconds:x}{status.ModifiedNanoseconds:x8}-{status.SizeBytes:x}{(side is null ? "" : "-" + side.Coding)}\"");

    // Before 1970 and behind 9999 is nothing that HTTP's dates can say and anybody can mean. What lies ahead is no date of a modification (RFC 9110, section 8.8.2.1).
    private static long ClampToDates(long seconds) => Math.Clamp(seconds, 0, DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    private static string CacheControlOf(FilesAction plan)
    {
        long seconds = plan.ExpiresSeconds >= 0 ? plan.ExpiresSeconds : plan.Immutable ? SecondsPerYear : -1;
        return seconds < 0 ? ""
            : seconds == 0 ? "Cache-Control: no-cache\r\n"
            : string.Create(CultureInfo.InvariantCulture, $"Cache-Control: {(plan.Immutable ? "public, " : "")}max-age={seconds}{(plan.Immutable ? ", immutable" : "")}\r\n");
    }

    private static ResponseHead Read(byte[] head)
    {
        var response = new ResponseHead();
        var reader = new ResponseHeadReader(response);
        reader.Begin(0, new HeadLimits(head.Length, head.Length, head.Length), RequestMethod.Get);
        ReadStatus status = reader.Read(head, head.Length);
        Debug.Assert(status == ReadStatus.Done && response.Fields.Contains(KnownField.LastModified), "What this program writes it can read.");
        return response;
    }

    private string TypeOf(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> last = name[(name.LastIndexOf((byte)'/') + 1)..];
        int dot = last.LastIndexOf((byte)'.');
        string ending = dot < 0 ? "" : Encoding.Latin1.GetString(last[(dot + 1)..]).ToLowerInvariant();
        string? own = _types.GetValueOrDefault(ending);
        if (own is not null)
        {
            return own.Contains(';', StringComparison.Ordinal) ? own : WithCharset(own);
        }

        return WithCharset(MediaTypes.Find(ending) ?? _plan.DefaultType);
    }

    private string WithCharset(string type) => _plan.Charset.Length > 0 && MediaTypes.IsText(type) ? $"{type}; charset={_plan.Charset}" : type;
}
