using System.Buffers;
using System.Globalization;
using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Http2;

/// <summary>What came on one stream so far. Whoever reads adds to it; any thread may look.</summary>
/// <param name="id">Its number.</param>
public sealed class StreamRecord(uint id)
{
    // How a stream stands that wasn't reset.
    private const long NoReset = -1;

    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _content = new();

    // Another list for each section, so that who goes through one isn't disturbed.
    private volatile IReadOnlyList<KeyValuePair<string, string>>[] _sections = [];
    private int _dataFrames;
    private volatile bool _hasEnded;
    private volatile bool _wasResetHere;
    private long _reset = NoReset;

    /// <summary>Its number.</summary>
    public uint Id => id;

    /// <summary>The method of its request, as far as this side knows.</summary>
    public string? Method { get; internal set; }

    /// <summary>The field sections in their order, pseudo-fields included.</summary>
    public IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>> Sections => _sections;

    /// <summary>The content without padding.</summary>
    public byte[] Content
    {
        get
        {
            lock (_lock)
            {
                return _content.WrittenSpan.ToArray();
            }
        }
    }

    /// <summary>Bytes of content.</summary>
    public long ContentBytes
    {
        get
        {
            lock (_lock)
            {
                return _content.WrittenCount;
            }
        }
    }

    /// <summary>DATA frames.</summary>
    public int DataFrames => Volatile.Read(ref _dataFrames);

    /// <summary>Whether END_STREAM came; then everything before it is there, too.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>The reason of a RST_STREAM, once one came.</summary>
    public ErrorCode? Reset
    {
        get
        {
            long reason = Interlocked.Read(ref _reset);
            return reason == NoReset ? null : (ErrorCode)reason;
        }
    }

    /// <summary>Whether this side has reset it, so that what was on its way no longer counts.</summary>
    public bool WasResetHere
    {
        get => _wasResetHere;
        internal set => _wasResetHere = value;
    }

    /// <summary>Whether nothing more comes.</summary>
    public bool IsOver => HasEnded || Reset is not null;

    /// <summary>The final head, once it came: the first section, interim responses left out.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Head => _sections.FirstOrDefault(section => !IsInterim(section));

    /// <summary>The trailer fields, once they came.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Trailers => _sections.SkipWhile(IsInterim).Skip(1).FirstOrDefault();

    /// <summary>Interim responses.</summary>
    public IReadOnlyList<HttpResponse> Interims => [.. _sections.TakeWhile(IsInterim).Select(section => ToResponse(section, "GET"))];

    /// <summary>A pseudo-field or field of the head, or null.</summary>
    public string? this[string name] => Head?.Where(field => field.Key == name).Select(field => field.Value).SingleOrDefault();

    /// <summary>What came as a response.</summary>
    /// <exception cref="InvalidOperationException">There is no final head yet.</exception>
    public HttpResponse ToResponse()
    {
        IReadOnlyList<KeyValuePair<string, string>> head = Head ?? throw new InvalidOperationException($"stream {id} has no head");
        return ToResponse(head, Method ?? "GET") with { Content = Content, Trailers = Trailers ?? [] };
    }

    /// <summary>What came as a request; pseudo-fields are among its fields.</summary>
    public HttpRequest ToRequest() => new()
    {
        StartLine = $"{this[":method"]} {this[":path"]} HTTP/2.0",
        Fields = Head ?? throw new InvalidOperationException($"stream {id} has no head"),
        Content = Content,
        Trailers = Trailers ?? [],
    };

    /// <inheritdoc/>
    public override string ToString() => $"stream {id}: {_sections.Length} sections, {ContentBytes} B, ended {HasEnded}, reset {Reset}";

    internal void Add(IReadOnlyList<KeyValuePair<string, string>> section) => _sections = [.. _sections, section];

    internal void Add(ReadOnlySpan<byte> content)
    {
        lock (_lock)
        {
            _content.Write(content);
        }

        Interlocked.Increment(ref _dataFrames);
    }

    internal void End() => _hasEnded = true;

    // The first reason stays.
    internal void End(ErrorCode reason) => Interlocked.CompareExchange(ref _reset, (long)reason, NoReset);

    private static bool IsInterim(IReadOnlyList<KeyValuePair<string, string>> section) =>
        section.Count > 0 && section[0].Key == ":status" && section[0].Value.StartsWith('1');

    private static HttpResponse ToResponse(IReadOnlyList<KeyValuePair<string, string>> section, string method) => new()
    {
        StartLine = string.Create(CultureInfo.InvariantCulture, $"HTTP/2.0 {section[0].Value}"),
        Fields = [.. section.Skip(1)],
        RequestMethod = method,
    };
}
