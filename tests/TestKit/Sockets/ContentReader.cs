using System.Globalization;
using System.Security.Cryptography;
using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Sockets;

/// <summary>
/// Reads the content of one message piece by piece, by the framing its head tells (RFC 9112, section 6.3). Strict: a proxy writes chunk
/// sizes without extensions and every line end as CRLF.
/// </summary>
public sealed class ContentReader
{
    private const int PieceBytes = 64 * 1024;

    private readonly ScriptedConnection _connection;
    private readonly ContentFraming _framing;
    private readonly List<KeyValuePair<string, string>> _trailers = [];
    private long _remaining;
    private bool _inChunk;

    internal ContentReader(ScriptedConnection connection, ContentFraming framing, long length)
    {
        _connection = connection;
        _framing = framing;
        _remaining = length;
        IsComplete = framing == ContentFraming.None || (framing == ContentFraming.Counted && length == 0);
    }

    /// <summary>Whether the end was reached.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The decoded bytes so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The trailers, once complete.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Trailers => _trailers;

    /// <summary>The framing for a head.</summary>
    internal static ContentReader For(ScriptedConnection connection, HttpMessage head, bool mayHaveContent, bool endsAtClose)
    {
        if (!mayHaveContent)
        {
            return new ContentReader(connection, ContentFraming.None, 0);
        }

        string? length = head["Content-Length"];
        if (head.Has("Transfer-Encoding"))
        {
            return head.IsChunked && length is null
                ? new ContentReader(connection, ContentFraming.Chunked, 0)
                : throw connection.Failure($"{connection.Name}: ambiguous framing:\n{head}");
        }

        if (length is null)
        {
            return new ContentReader(connection, endsAtClose ? ContentFraming.UntilClose : ContentFraming.None, 0);
        }

        bool isNumber = length.Length > 0 && length.All(char.IsAsciiDigit);
        return isNumber
            ? new ContentReader(connection, ContentFraming.Counted, long.Parse(length, CultureInfo.InvariantCulture))
            : throw connection.Failure($"{connection.Name}: not a length: {length}");
    }

    /// <summary>Reads what comes next, at most this much; empty at the end.</summary>
    public async Task<byte[]> ReadSomeAsync(int max = PieceBytes)
    {
        if (_framing == ContentFraming.Chunked && !IsComplete && !_inChunk)
        {
            await BeginChunkAsync();
        }

        if (IsComplete)
        {
            return [];
        }

        int wanted = _framing == ContentFraming.UntilClose ? max : (int)Math.Min(max, _remaining);
        byte[] bytes = await _connection.ReadSomeAsync(wanted);
        if (bytes.Length == 0)
        {
            EndAtClose();
            return [];
        }

        BytesRead += bytes.Length;
        await CountAsync(bytes.Length);
        return bytes;
    }

    /// <summary>Reads exactly these bytes of content, however they are framed.</summary>
    public async Task ExpectAsync(string expected)
    {
        var bytes = new List<byte>();
        while (bytes.Count < expected.Length && !IsComplete)
        {
            bytes.AddRange(await ReadSomeAsync(expected.Length - bytes.Count));
        }

        string actual = Bytes.Text(bytes.ToArray());
        if (actual != expected)
        {
            throw _connection.Failure(
                $"{_connection.Name}: expected content {Bytes.Show(Bytes.Of(expected))}\nbut there is {Bytes.Show(Bytes.Of(actual))}");
        }
    }

    /// <summary>Reads up to the end.</summary>
    public async Task<byte[]> ReadRestAsync()
    {
        using var content = new MemoryStream();
        while (!IsComplete)
        {
            content.Write(await ReadSomeAsync());
        }

        return content.ToArray();
    }

    /// <summary>Reads up to the end and keeps only the SHA-256.</summary>
    public async Task<string> DigestRestAsync()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (!IsComplete)
        {
            hash.AppendData(await ReadSomeAsync());
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The connection ends before the content does. Returns what came before.</summary>
    public async Task<byte[]> ReadTruncatedAsync()
    {
        using var content = new MemoryStream();
        try
        {
            while (!IsComplete)
            {
                content.Write(await ReadSomeAsync());
            }
        }
        catch (ScriptException) when (_connection.End != ConnectionEnd.Open)
        {
            return content.ToArray();
        }

        throw _connection.Failure($"{_connection.Name}: expected truncated content, but it is whole: {Bytes.Show(content.ToArray())}");
    }

    private async Task BeginChunkAsync()
    {
        string line = (await _connection.ReadThroughAsync("\r\n"))[..^2];
        bool isSize = line.Length is > 0 and <= 15 && line.All(char.IsAsciiHexDigit);
        if (!isSize)
        {
            throw _connection.Failure($"{_connection.Name}: not a chunk size: {Bytes.Show(Bytes.Of(line))}");
        }

        _remaining = long.Parse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        _inChunk = _remaining > 0;
        if (_inChunk)
        {
            return;
        }

        for (string field; (field = (await _connection.ReadThroughAsync("\r\n"))[..^2]).Length > 0;)
        {
            _trailers.Add(HeadText.SplitField(field));
        }

        IsComplete = true;
    }

    private async Task CountAsync(int count)
    {
        _remaining -= count;
        if (_framing == ContentFraming.Counted)
        {
            IsComplete = _remaining == 0;
        }
        else if (_framing == ContentFraming.Chunked && _remaining == 0)
        {
            await _connection.ExpectAsync("\r\n");
            _inChunk = false;
        }
    }

    private void EndAtClose()
    {
        if (_framing != ContentFraming.UntilClose || _connection.End != ConnectionEnd.Closed)
        {
            throw _connection.Failure(
                $"{_connection.Name}: the connection ended ({_connection.End}) after {BytesRead} bytes, within the content");
        }

        IsComplete = true;
    }
}
