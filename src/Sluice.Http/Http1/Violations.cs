namespace Sluice.Http.Http1;

/// <summary>The one table of what peers can do wrong: from it come the log's reason, the metric's label, the answer and the docs.</summary>
public static class Violations
{
    private static readonly (Violation Violation, ViolationInfo Info)[] Rows =
    [
        (Violation.None, new("none", 0, "Nothing was wrong", string.Empty)),
        (Violation.TlsHandshake, new("tls_handshake", 400, "A TLS handshake was sent to a port that speaks plain HTTP", "first byte 0x16")),
        (Violation.Http2Preface, new("http2_preface", 505, "HTTP/2 was begun on a connection that speaks HTTP/1.1", "RFC 9113, section 3.4")),
        (Violation.LeadingEmptyLines, new("leading_empty_lines", 400, "More than one empty line before the request", "RFC 9112, section 2.2")),
        (Violation.BareLf, new("bare_lf", 400, "A line ends in LF without CR", "RFC 9112, section 2.2")),
        (Violation.BareCr, new("bare_cr", 400, "CR without LF", "RFC 9112, section 2.2")),
        (Violation.ControlCharacter, new("control_character", 400, "A control character in the head", "RFC 9110, section 5.5")),
        (Violation.StartLineTooLong, new("start_line_too_long", 414, "The first line is too long", "RFC 9112, section 3")),
        (Violation.InvalidRequestLine, new("invalid_request_line", 400, "The request line is not a method, a target and a version with one space between them", "RFC 9112, section 3")),
        (Violation.InvalidMethod, new("invalid_method", 400, "The method is not a token", "RFC 9110, section 9.1")),
        (Violation.MethodTooLong, new("method_too_long", 501, "The method is longer than any known one", "RFC 9112, section 3")),
        (Violation.MethodNotAllowed, new("method_not_allowed", 405, "CONNECT and TRACE are not served", "RFC 9110, sections 9.3.6 and 9.3.8")),
        (Violation.InvalidVersion, new("invalid_version", 400, "The version is not HTTP/ and two digits", "RFC 9112, section 2.3")),
        (Violation.UnsupportedVersion, new("unsupported_version", 505, "The version is neither HTTP/1.0 nor HTTP/1.1", "RFC 9110, section 15.6.6")),
        (Violation.InvalidTarget, new("invalid_target", 400, "The request target has none of the forms that the method allows", "RFC 9112, section 3.2")),
        (Violation.UnsupportedScheme, new("unsupported_scheme", 400, "The scheme of the request target is not that of the connection", "RFC 9110, section 4.3.3")),
        (Violation.FragmentInTarget, new("fragment_in_target", 400, "The request target has a fragment", "RFC 9112, section 3.2")),
        (Violation.InvalidPathCharacter, new("invalid_path_character", 400, "The path has a character that must be percent-encoded", "RFC 3986, section 3.3")),
        (Violation.InvalidPercentEncoding, new("invalid_percent_encoding", 400, "A percent sign in the path is not followed by two hexadecimal digits", "RFC 3986, section 2.1")),
        (Violation.EncodedControl, new("encoded_control", 400, "The path has an encoded control character", "servers cut or split strings at them")),
        (Violation.InvalidQueryCharacter, new("invalid_query_character", 400, "The query has a character that must be percent-encoded", "RFC 3986, section 3.4")),
        (Violation.FieldsTooLarge, new("fields_too_large", 431, "The fields are too large", "RFC 6585, section 5")),
        (Violation.TooManyFields, new("too_many_fields", 431, "There are too many fields", "RFC 6585, section 5")),
        (Violation.FieldNameTooLong, new("field_name_too_long", 431, "The name of a field is too long", "RFC 6585, section 5")),
        (Violation.ObsFold, new("obs_fold", 400, "A field line begins with a blank", "RFC 9112, section 5.2")),
        (Violation.MissingColon, new("missing_colon", 400, "A field line has no colon", "RFC 9112, section 5")),
        (Violation.EmptyFieldName, new("empty_field_name", 400, "A field has no name", "RFC 9110, section 5.1")),
        (Violation.InvalidFieldName, new("invalid_field_name", 400, "The name of a field is not a token", "RFC 9110, section 5.1")),
        (Violation.WhitespaceBeforeColon, new("whitespace_before_colon", 400, "A blank between the name of a field and its colon", "RFC 9112, section 5.1")),
        (Violation.DuplicateField, new("duplicate_field", 400, "A field that holds one value is there twice", "RFC 9110, section 5.3")),
        (Violation.UnderscoredFraming, new("underscored_framing", 400, "A framing field is written with an underscore", "CGI-like servers take it for the one with a hyphen")),
        (Violation.InvalidContentLength, new("invalid_content_length", 400, "Content-Length is not one decimal number", "RFC 9110, section 8.6")),
        (Violation.DuplicateContentLength, new("duplicate_content_length", 400, "Content-Length is there twice", "RFC 9110, section 8.6")),
        (Violation.InvalidTransferEncoding, new("invalid_transfer_encoding", 400, "Transfer-Encoding is not a list of codings that ends in one chunked", "RFC 9112, sections 6.1 and 6.3")),
        (Violation.DuplicateTransferEncoding, new("duplicate_transfer_encoding", 400, "Transfer-Encoding is there twice", "RFC 9112, section 6.1")),
        (Violation.UnknownTransferCoding, new("unknown_transfer_coding", 501, "Transfer-Encoding has a coding other than chunked", "RFC 9112, section 6.1")),
        (Violation.ClAndTe, new("cl_and_te", 400, "Both Content-Length and Transfer-Encoding are there", "RFC 9112, section 6.1")),
        (Violation.TransferEncodingInHttp10, new("transfer_encoding_in_http10", 400, "An HTTP/1.0 message has a Transfer-Encoding", "RFC 9112, section 6.1")),
        (Violation.FramingWithoutContent, new("framing_without_content", 400, "A response that has no content says that it has", "RFC 9110, section 8.6, and RFC 9112, section 6.1")),
        (Violation.InvalidConnection, new("invalid_connection", 400, "Connection is not a list of tokens", "RFC 9110, section 7.6.1")),
        (Violation.TooManyConnectionOptions, new("too_many_connection_options", 400, "Connection names too many fields", "a bound on the work of removing them")),
        (Violation.ConnectionNamesFraming, new("connection_names_framing", 400, "Connection names a framing field", "removing it would change where the message ends")),
        (Violation.MissingHost, new("missing_host", 400, "There is no Host", "RFC 9112, section 3.2")),
        (Violation.DuplicateHost, new("duplicate_host", 400, "Host is there twice", "RFC 9112, section 3.2")),
        (Violation.InvalidHost, new("invalid_host", 400, "Host is not one host and port", "RFC 9110, section 7.2, and RFC 3986, section 3.2")),
        (Violation.HostMismatch, new("host_mismatch", 400, "Host is not the authority of the request target", "RFC 9112, section 3.2.2")),
        (Violation.InvalidUpgrade, new("invalid_upgrade", 400, "Upgrade is not a list of protocols", "RFC 9110, section 7.8")),
        (Violation.MissingWebSocketKey, new("missing_websocket_key", 400, "A WebSocket handshake has no Sec-WebSocket-Key", "RFC 6455, section 4.2.1")),
        (Violation.UnknownExpectation, new("unknown_expectation", 417, "Expect is something else than 100-continue", "RFC 9110, section 10.1.1")),
        (Violation.InvalidStatusLine, new("invalid_status_line", 400, "The status line is not a version, a status code and a reason", "RFC 9112, section 4")),
        (Violation.InvalidStatusCode, new("invalid_status_code", 400, "The status code is not a number from 100 to 599", "RFC 9110, section 15")),
        (Violation.InvalidChunkSize, new("invalid_chunk_size", 400, "The size of a chunk is not a hexadecimal number", "RFC 9112, section 7.1")),
        (Violation.ChunkTooLarge, new("chunk_too_large", 400, "A chunk is larger than any content can be", "RFC 9112, section 7.1")),
        (Violation.InvalidChunkExtension, new("invalid_chunk_extension", 400, "A chunk extension is not a name and a value", "RFC 9112, section 7.1.1")),
        (Violation.ChunkExtensionsTooLarge, new("chunk_extensions_too_large", 400, "Chunk extensions are too large", "RFC 9112, section 7.1.1")),
        (Violation.MissingChunkEnd, new("missing_chunk_end", 400, "The data of a chunk is not followed by CRLF", "RFC 9112, section 7.1")),
        (Violation.TruncatedContent, new("truncated_content", 400, "The connection was closed within the content", "RFC 9112, section 8")),
        (Violation.UnknownPseudoField, new("unknown_pseudo_field", 400, "A pseudo-header field that there is none of in this message", "RFC 9113, section 8.3")),
        (Violation.DuplicatePseudoField, new("duplicate_pseudo_field", 400, "A pseudo-header field is there twice", "RFC 9113, section 8.3")),
        (Violation.MissingPseudoField, new("missing_pseudo_field", 400, "A pseudo-header field that the message needs is not there", "RFC 9113, section 8.3")),
        (Violation.EmptyPseudoField, new("empty_pseudo_field", 400, "A pseudo-header field has no value", "RFC 9113, section 8.3.1")),
        (Violation.PseudoFieldAfterField, new("pseudo_field_after_field", 400, "A pseudo-header field comes behind other fields, or in trailers", "RFC 9113, section 8.3")),
        (Violation.ConnectionSpecificField, new("connection_specific_field", 400, "A field of HTTP/1 connections is in an HTTP/2 message", "RFC 9113, section 8.2.2")),
        (Violation.InvalidTe, new("invalid_te", 400, "TE is something else than trailers", "RFC 9113, section 8.2.2")),
        (Violation.InvalidFieldValue, new("invalid_field_value", 400, "The value of a field has a control character, or blanks around it", "RFC 9113, section 8.2.1")),
        (Violation.InvalidPath, new("invalid_path", 400, "The path begins neither with a slash nor is it the asterisk of OPTIONS", "RFC 9113, section 8.3.1")),
        (Violation.UnsupportedProtocol, new("unsupported_protocol", 501, "The protocol of an extended CONNECT is not websocket", "RFC 9220, section 3")),
        (Violation.ContentLengthMismatch, new("content_length_mismatch", 400, "The content is not as long as Content-Length says", "RFC 9113, section 8.1.1")),
        (Violation.InterimEndsStream, new("interim_ends_stream", 400, "An interim response is the last thing on its stream", "RFC 9113, section 8.1")),
    ];

    private static readonly ViolationInfo[] Infos = Build();

    /// <summary>The row of a violation.</summary>
    public static ViolationInfo Get(Violation violation) => Infos[(int)violation];

    private static ViolationInfo[] Build()
    {
        var infos = new ViolationInfo[Rows.Length];
        foreach ((Violation violation, ViolationInfo info) in Rows)
        {
            infos[(int)violation] = info;
        }

        return infos;
    }
}
