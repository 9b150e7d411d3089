namespace Sluice.Http.Http1;

/// <summary>
/// Where in a chunk-size line the reader is (RFC 9112, sections 7.1 and 7.1.1):
/// <code>
/// Size --;--> ExtensionName --=--> ExtensionValue --token--> ExtensionToken --;--> ExtensionName
///   |                                    |                        |
///   CR                                   "                        CR
///   v                                    v                        v
/// LineFeed <----------CR--------- QuotedEnd <--"-- Quoted      LineFeed --LF--> done
///                                     |             |  ^
///                                     ;             \  any
///                                     v             v  |
///                               ExtensionName     QuotedPair
/// </code>
/// </summary>
internal enum ChunkSizeState : byte
{
    Size,
    ExtensionName,
    ExtensionValue,
    ExtensionToken,
    Quoted,
    QuotedPair,
    QuotedEnd,
    LineFeed,
}
