using System.Globalization;
using System.Text;

namespace Sluice.Scenarios.Caching;

/// <summary>A server with one content, of which it sends the range that it is asked for, and a record of what that was.</summary>
internal sealed class RangeServer : IAsyncDisposable
{
    private volatile string _content;

    private RangeServer(string content)
    {
        _content = content;
        Upstream = RecordingUpstream.Start(request => [Encoding.ASCII.GetBytes(Interim(request)), .. Answer(request)]);
    }

    /// <summary>What it sends beside that.</summary>
    public string Fields { get; set; } = "Cache-Control: max-age=600\r\n";

    /// <summary>How it calls its content.</summary>
    public Func<HttpRequest, string> Validator { get; set; } = _ => "ETag: \"a\"\r\n";

    /// <summary>What it says before its response.</summary>
    public Func<HttpRequest, string> Interim { get; set; } = _ => "";

    /// <summary>Whether it knows ranges.</summary>
    public bool KnowsRanges { get; set; } = true;

    /// <summary>All of it.</summary>
    public string Content
    {
        get => _content;
        set => _content = value;
    }

    /// <summary>It as a server of a plan.</summary>
    public RecordingUpstream Upstream { get; }

    /// <summary>The ranges that it was asked for, in order, each <c>whole</c> or like <c>0-999</c>.</summary>
    public IReadOnlyList<string> Asked => [.. Upstream.Requests.Select(request => request["Range"]?["bytes=".Length..] ?? "whole")];

    /// <summary>Begins with so many bytes that tell where they are.</summary>
    public static RangeServer Start(int bytes) => new(string.Concat(Enumerable.Range(0, (bytes / 8) + 1).Select(i => i.ToString("d7", CultureInfo.InvariantCulture) + ' '))[..bytes]);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Upstream.DisposeAsync();

    private IReadOnlyList<byte[]> Answer(HttpRequest request)
    {
        string content = _content;
        string fields = Fields + Validator(request);
        if (request["If-None-Match"] is { } tag && fields.Contains($"ETag: {tag}\r\n", StringComparison.Ordinal))
        {
            return [Encoding.ASCII.GetBytes($"HTTP/1.1 304 Not Modified\r\n{fields}\r\n")];
        }

        if (!KnowsRanges || request["Range"] is not { } range)
        {
            return [Encoding.ASCII.GetBytes(CacheStage.Response(fields, content))];
        }

        int[] ends = [.. range["bytes=".Length..].Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
        if (ends[0] >= content.Length)
        {
            return [Encoding.ASCII.GetBytes($"HTTP/1.1 416 Nothing\r\nContent-Range: bytes */{content.Length}\r\nContent-Length: 0\r\n\r\n")];
        }

        int last = Math.Min(ends[1], content.Length - 1);
        return [Encoding.ASCII.GetBytes(CacheStage.Response($"{fields}Content-Range: bytes {ends[0]}-{last}/{content.Length}\r\n", content[ends[0]..(last + 1)], 206))];
    }
}
