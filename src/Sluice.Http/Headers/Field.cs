namespace Sluice.Http.Headers;

/// <summary>A field line as absolute offsets into its table's buffer.</summary>
/// <param name="NameOffset">Where the name begins; it is a token, in the sender's case.</param>
/// <param name="NameLength">At least 1.</param>
/// <param name="ValueOffset">Where the value begins, behind the blanks around it.</param>
/// <param name="ValueLength">May be 0. The value has no control characters but HTAB; bytes from 0x80 are kept as they are.</param>
/// <param name="Known">Which known field the name is.</param>
/// <param name="Flags">What a forwarder has to know.</param>
public readonly record struct Field(int NameOffset, int NameLength, int ValueOffset, int ValueLength, KnownField Known, FieldFlags Flags);
