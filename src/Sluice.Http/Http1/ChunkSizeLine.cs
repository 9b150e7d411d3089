using Sluice.Http.Headers;
using Sluice.Http.Uris;

namespace Sluice.Http.Http1;

/// <summary>
/// Reads <c>chunk-size [ chunk-ext ] CRLF</c> byte by byte (RFC 9112, section 7.1). Extensions are checked and dropped. Stricter than the grammar in two places:
/// no blanks around <c>;</c> and <c>=</c>, which senders must not write anyway, and no extension without a value, which no sender is known to write.
/// </summary>
internal struct ChunkSizeLine
{
    // With leading zeros; a ulong's worth.
    private const int DigitCountMax = 16;

    // 2^62: added to what came before, it stays below 2^63 until 4 EiB have really been received.
    private const ulong SizeMax = 1UL << 62;

    // Signatures are the longest extensions in use, at about 90 bytes.
    private const int ExtensionBytesMax = 256;

    private ulong _size;
    private int _digitCount;
    private int _tokenLength;
    private ChunkSizeState _state;

    /// <summary>The size that was read; 0 for the last chunk.</summary>
    internal readonly long Size => (long)_size;

    /// <summary>The bytes of extensions in this line so far.</summary>
    internal int ExtensionBytes { get; private set; }

    /// <summary>Takes in bytes up to the end of the line.</summary>
    /// <param name="bytes">What has arrived.</param>
    /// <param name="consumed">How much of it belongs to the line.</param>
    /// <param name="violation">The reason for <see cref="ReadStatus.Failed"/>.</param>
    internal ReadStatus Read(ReadOnlySpan<byte> bytes, out int consumed, out Violation violation)
    {
        violation = Violation.None;
        for (consumed = 0; consumed < bytes.Length; consumed++)
        {
            byte value = bytes[consumed];
            if (_state == ChunkSizeState.LineFeed)
            {
                if (value != FieldBytes.LineFeed)
                {
                    violation = Violation.BareCr;
                    return ReadStatus.Failed;
                }

                consumed++;
                return ReadStatus.Done;
            }

            violation = _state == ChunkSizeState.Size ? StepSize(value) : StepExtension(value);
            if (violation != Violation.None)
            {
                return ReadStatus.Failed;
            }
        }

        return ReadStatus.NeedMore;
    }

    private Violation StepSize(byte value)
    {
        int digit = HexDigit.ValueOf(value);
        if (digit >= 0)
        {
            if (++_digitCount > DigitCountMax)
            {
                return Violation.ChunkTooLarge;
            }

            _size = (_size << 4) | (uint)digit;
            return Violation.None;
        }

        if (value == FieldBytes.LineFeed)
        {
            return Violation.BareLf;
        }

        if (_digitCount == 0 || value is not (FieldBytes.CarriageReturn or (byte)';'))
        {
            return Violation.InvalidChunkSize;
        }

        EndPart(value);
        return _size > SizeMax ? Violation.ChunkTooLarge : Violation.None;
    }

    private Violation StepExtension(byte value)
    {
        if (value == FieldBytes.LineFeed)
        {
            return Violation.BareLf;
        }

        if (++ExtensionBytes > ExtensionBytesMax)
        {
            return Violation.ChunkExtensionsTooLarge;
        }

        bool isValid = _state switch
        {
            ChunkSizeState.ExtensionName => StepName(value),
            ChunkSizeState.ExtensionValue => StepValue(value),
            ChunkSizeState.ExtensionToken => FieldBytes.Token.Contains(value) || EndPart(value),
            ChunkSizeState.Quoted => StepQuoted(value),
            ChunkSizeState.QuotedPair => StepQuotedPair(value),
            _ => EndPart(value),
        };
        return isValid ? Violation.None : Violation.InvalidChunkExtension;
    }

    private bool StepName(byte value)
    {
        if (FieldBytes.Token.Contains(value))
        {
            _tokenLength++;
            return true;
        }

        _state = ChunkSizeState.ExtensionValue;
        return value == '=' && _tokenLength > 0;
    }

    private bool StepValue(byte value)
    {
        _state = value == '"' ? ChunkSizeState.Quoted : ChunkSizeState.ExtensionToken;
        return value == '"' || FieldBytes.Token.Contains(value);
    }

    private bool StepQuoted(byte value)
    {
        _state = value switch
        {
            (byte)'"' => ChunkSizeState.QuotedEnd,
            (byte)'\\' => ChunkSizeState.QuotedPair,
            _ => ChunkSizeState.Quoted,
        };
        return IsQuotable(value);
    }

    private bool StepQuotedPair(byte value)
    {
        _state = ChunkSizeState.Quoted;
        return IsQuotable(value);
    }

    private bool EndPart(byte value)
    {
        _tokenLength = 0;
        _state = value == ';' ? ChunkSizeState.ExtensionName : ChunkSizeState.LineFeed;
        return value is (byte)';' or FieldBytes.CarriageReturn;
    }

    // qdtext and what may follow a backslash (RFC 9110, section 5.6.4): everything but control characters other than HTAB.
    private static bool IsQuotable(byte value) => value is FieldBytes.Tab or (>= 0x20 and not 0x7F);
}
