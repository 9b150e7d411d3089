namespace Sluice.Http.Http2.Hpack;

/// <summary>
/// What is wrong with one decoded field, whatever it means (RFC 9113, section 8.2.1). Found once, when a literal is decoded, and remembered with its entry in
/// the dynamic table.
/// </summary>
public enum FieldFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The name has no bytes.</summary>
    EmptyName,

    /// <summary>The name is not a token in lower case; a colon may stand before it (pseudo-header fields).</summary>
    InvalidName,

    /// <summary>The value has a control character other than HTAB, or a blank or HTAB at one of its ends.</summary>
    InvalidValue,
}
