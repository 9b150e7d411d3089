using Sluice.Reactor.Files;

namespace Sluice.Proxy.Files;

/// <summary>The path of a file below a folder, made from what a request asks for: bytes as the file system has them. Reused; allocates nothing.</summary>
/// <remarks>
/// The kernel has the last word on where a path may lead (<see cref="FileRoot"/>); what is refused here is what could be misread on the way: an encoded slash is no
/// separator (RFC 3986, section 2.2), so a name that has one is no file's.
/// </remarks>
internal sealed class FilePath
{
    private readonly byte[] _bytes = new byte[FileRoot.PathBytesMax + 1];
    private int _length;
    private bool _isValid;

    /// <summary>The path without a slash at its beginning. Empty for the folder itself.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The same with the NUL that the kernel wants behind it.</summary>
    public ReadOnlySpan<byte> Terminated => _bytes.AsSpan(0, _length + 1);

    /// <summary>Whether it names a folder: it ends with a slash, or is empty.</summary>
    public bool IsFolder => _length == 0 || _bytes[_length - 1] == '/';

    /// <summary>Makes the path from parts of a candidate.</summary>
    /// <param name="before">What stands before the request's path, as it is.</param>
    /// <param name="path">The request's canonical path; escapes are decoded.</param>
    /// <param name="after">What stands behind it, as it is.</param>
    /// <returns>False when no file can have such a name.</returns>
    public bool TrySet(ReadOnlySpan<byte> before, ReadOnlySpan<byte> path, ReadOnlySpan<byte> after)
    {
        _length = 0;
        _isValid = true;
        Append(before);
        AppendDecoded(path);
        Append(after);
        return TryEnd();
    }

    /// <summary>Puts a name behind a folder.</summary>
    public bool TryAppend(ReadOnlySpan<byte> name)
    {
        Append(name);
        return TryEnd();
    }

    /// <summary>Takes the path back to a length that it had.</summary>
    public void Truncate(int length)
    {
        _length = length;
        _isValid = true;
        _bytes[_length] = 0;
    }

    /// <summary>Whether a part of it begins with a dot, other than a first one that is <c>.well-known</c> (RFC 8615).</summary>
    public bool HasHiddenPart()
    {
        ReadOnlySpan<byte> rest = Bytes;
        if (rest.StartsWith(".well-known/"u8))
        {
            rest = rest[".well-known/"u8.Length..];
        }

        return (rest.Length > 0 && rest[0] == '.') || rest.IndexOf("/."u8) >= 0;
    }

    private bool TryEnd()
    {
        if (!_isValid || HasDotSegment())
        {
            return false;
        }

        _bytes[_length] = 0;
        return true;
    }

    // None is left in a canonical path; a template that brought one in was not meant to lead anywhere else.
    private bool HasDotSegment()
    {
        ReadOnlySpan<byte> rest = Bytes;
        while (rest.Length > 0)
        {
            int slash = rest.IndexOf((byte)'/');
            ReadOnlySpan<byte> segment = slash < 0 ? rest : rest[..slash];
            if (segment.SequenceEqual("."u8) || segment.SequenceEqual(".."u8))
            {
                return true;
            }

            rest = slash < 0 ? default : rest[(slash + 1)..];
        }

        return false;
    }

    private void AppendDecoded(ReadOnlySpan<byte> path)
    {
        while (_isValid && !path.IsEmpty)
        {
            int escape = path.IndexOf((byte)'%');
            if (escape < 0)
            {
                Append(path);
                return;
            }

            Append(path[..escape]);
            int value = path.Length < escape + 3 ? -1 : ValueOf(path[escape + 1], path[escape + 2]);
            _isValid &= value is not (<= 0 or '/');
            Append([(byte)value]);
            path = path[Math.Min(escape + 3, path.Length)..];
        }
    }

    private static int ValueOf(byte high, byte low)
    {
        int first = DigitOf(high);
        int second = DigitOf(low);
        return first < 0 || second < 0 ? -1 : (first << 4) | second;
    }

    private static int DigitOf(byte digit) => char.IsAsciiHexDigit((char)digit) ? (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10) : -1;

    // Slashes in a row are one, and there is none at the beginning: the path is relative.
    private void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value == '/' && (_length == 0 || _bytes[_length - 1] == '/'))
            {
                continue;
            }

            if (_length == FileRoot.PathBytesMax)
            {
                _isValid = false;
                return;
            }

            _bytes[_length++] = value;
        }
    }
}
