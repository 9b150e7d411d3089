namespace Sluice.Http.Caching;

/// <summary>The types of values in structured fields (RFC 8941, section 3.3; RFC 9651, section 3.3).</summary>
internal enum StructuredKind : byte
{
    Boolean,
    Integer,
    Decimal,
    String,
    Token,
    Bytes,
    Date,
    DisplayString,
    InnerList,
}
