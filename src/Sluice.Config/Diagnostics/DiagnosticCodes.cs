using static Sluice.Config.Diagnostics.DiagnosticSeverity;

namespace Sluice.Config.Diagnostics;

/// <summary>Every kind of finding: the one table that messages and the reference are made from.</summary>
/// <remarks>SL01xx: the file and its YAML. SL02xx: its shape. SL03xx: single values. SL04xx: how things fit together. SL05xx: advice.</remarks>
public static class DiagnosticCodes
{
    public static readonly DiagnosticCode UnreadableFile = new("SL0101", Error, "the file can't be read",
        "It doesn't exist, is a directory, or the user that runs Sluice may not read it.");

    public static readonly DiagnosticCode FileTooLarge = new("SL0102", Error, "the file is too large",
        "A configuration may have up to 10 MB, all its files and the values substituted in them together.");

    public static readonly DiagnosticCode NotUtf8 = new("SL0103", Error, "the file is not UTF-8",
        "Save it as UTF-8. Files in UTF-16 or a national encoding are refused, since guessing would change names silently.");

    public static readonly DiagnosticCode ByteOrderMark = new("SL0104", Error, "the file begins with a byte order mark",
        "Save it as UTF-8 without a byte order mark (BOM).");

    public static readonly DiagnosticCode ControlCharacter = new("SL0105", Error, "a control character",
        "YAML allows no control characters other than tab and line ends. In a quoted text an escape such as \"\\x1b\" can be used.");

    public static readonly DiagnosticCode TabIndentation = new("SL0106", Error, "a tab is used to indent",
        "YAML is indented by spaces. Tabs are allowed only within braces and brackets, such as in JSON.");

    public static readonly DiagnosticCode InvalidYaml = new("SL0107", Error, "not valid YAML",
        "The text breaks YAML's grammar, so nothing behind this place was read.");

    public static readonly DiagnosticCode SeveralDocuments = new("SL0108", Error, "more than one document",
        "A configuration is a single YAML document; remove the line `---` and what follows, or move it to a file of its own.");

    public static readonly DiagnosticCode TooManyAliases = new("SL0109", Error, "too many aliases",
        "A configuration may use up to 1,000 aliases (`*name`), all its files together.");

    public static readonly DiagnosticCode TooManyNodes = new("SL0110", Error, "too many values",
        "A configuration may hold up to 1,000,000 values, all its files together, where those behind an alias count each time.");

    public static readonly DiagnosticCode NestedTooDeeply = new("SL0111", Error, "nested too deeply",
        "Lists and mappings may be nested up to 64 deep.");

    public static readonly DiagnosticCode UnknownAnchor = new("SL0112", Error, "an alias without its anchor",
        "An alias `*name` refers to the value marked `&name` above it, and not to one that it lies in itself.");

    public static readonly DiagnosticCode TagUsed = new("SL0113", Error, "a YAML tag is used",
        "The type of a value follows from the option, so tags such as `!!str` have no meaning here.");

    public static readonly DiagnosticCode EmptyFile = new("SL0114", Error, "the file is empty",
        "A configuration needs at least `listen` and `routes`.");

    public static readonly DiagnosticCode TooManyFindings = new("SL0115", Error, "too many findings",
        "Only the first are shown. Mend those and check again.");

    public static readonly DiagnosticCode NothingIncluded = new("SL0116", Warning, "a pattern that no file fits",
        "`include` takes what is there, and there is nothing. A name without `*` and `?` must exist, else it is an error.");

    public static readonly DiagnosticCode IncludeCircle = new("SL0117", Error, "a file that includes itself",
        "Directly or through others. Often a pattern takes the file it stands in: keep included files in a folder of their own.");

    public static readonly DiagnosticCode TooManyFiles = new("SL0118", Error, "too many included files",
        "Files may include each other up to 16 deep, and be 1,000 at the most; patterns may look at 100,000 names.");

    public static readonly DiagnosticCode InvalidInclude = new("SL0119", Error, "not a file to include",
        "`include` takes a path or pattern, or a list of them, relative to the file it stands in: `conf.d/*.yaml`. `*` takes any characters of a "
        + "name and `?` one; neither takes a `/` or a dot at the beginning. There are no placeholders in it, since the paths of files are shown.");

    public static readonly DiagnosticCode InvalidPlaceholder = new("SL0120", Error, "not a placeholder",
        "There are `${env:NAME}`, `${env:NAME:-default}` and `${file:PATH}`. A literal `${` is written `$${`.");

    public static readonly DiagnosticCode UnclosedPlaceholder = new("SL0121", Error, "a placeholder without its end",
        "A placeholder ends with the first `}` behind its beginning. A literal `${` is written `$${`.");

    public static readonly DiagnosticCode MissingVariable = new("SL0122", Error, "an environment variable that is not set",
        "Set it for the process that runs Sluice, or give a default: `${env:NAME:-default}`, which also holds for a variable that is empty.");

    public static readonly DiagnosticCode UnreadableValue = new("SL0123", Error, "a file of which no value can be read",
        "It must exist, be readable by the user that runs Sluice, and hold up to 64 KiB of UTF-8 without NUL.");

    public static readonly DiagnosticCode WrongKind = new("SL0201", Error, "a value of the wrong kind",
        "A text, a number, a list and a mapping are different things, and the option takes another one.");

    public static readonly DiagnosticCode DuplicateKey = new("SL0202", Error, "a key is given twice",
        "Which of the two is meant can't be known. Keep one.");

    public static readonly DiagnosticCode UnknownOption = new("SL0203", Error, "unknown option",
        "Every key must be known: a misspelt one that is silently ignored is worse than an error.");

    public static readonly DiagnosticCode MissingOption = new("SL0204", Error, "a required option is missing",
        "The mapping can't do without it.");

    public static readonly DiagnosticCode ExclusiveOptions = new("SL0205", Error, "options that exclude each other",
        "Only one of them can be given. A route has exactly one action.");

    public static readonly DiagnosticCode EmptyValue = new("SL0206", Error, "a value is empty",
        "A key without a value means nothing. Give it one, or leave out the key.");

    public static readonly DiagnosticCode KeyNotText = new("SL0207", Error, "a key is not a word",
        "Keys are plain words; lists and mappings can't be keys, nor values with placeholders.");

    public static readonly DiagnosticCode GivenInTwoFiles = new("SL0208", Error, "an option in two files",
        "Lists (`listen`, `routes`) of several files are joined, and names (`upstreams`, `policies`) are put together. Every other option of the "
        + "top level can be in one file only, since which of the two is meant can't be known.");

    public static readonly DiagnosticCode InvalidSocketPath = new("SL0213", Error, "not a path of the control socket",
        "An absolute path of up to 91 bytes. The directory must exist, and the user that runs Sluice must be able to write to it.");

    public static readonly DiagnosticCode InvalidDuration = new("SL0301", Error, "not a duration",
        "A duration is a number with a unit, `ms`, `s`, `m`, `h` or `d`, or several of them: `250ms`, `5s`, `1m30s`.");

    public static readonly DiagnosticCode InvalidSize = new("SL0302", Error, "not a size",
        "A size is a number with a unit: `B`, `KiB`, `MiB`, `GiB` (powers of 1,024) or `KB`, `MB`, `GB` (powers of 1,000).");

    public static readonly DiagnosticCode InvalidNumber = new("SL0303", Error, "not a whole number",
        "It is written in decimal digits alone, without quotes.");

    public static readonly DiagnosticCode InvalidBoolean = new("SL0304", Error, "not true or false",
        "Only `true` and `false` are booleans, as in YAML 1.2; `yes`, `no`, `on` and `off` are texts.");

    public static readonly DiagnosticCode OutOfRange = new("SL0305", Error, "out of range",
        "The value is of the right kind but too small or too large.");

    public static readonly DiagnosticCode UnknownWord = new("SL0306", Error, "unknown word",
        "The option takes one of a few words.");

    public static readonly DiagnosticCode InvalidListenAddress = new("SL0307", Error, "not an address to listen on",
        "Such as `:8080`, `127.0.0.1:8080`, `[::1]:8080` or `unix:/run/sluice.sock`.");

    public static readonly DiagnosticCode InvalidServerUrl = new("SL0308", Error, "not the URL of a server",
        "Such as `http://10.0.0.1:8080`, `https://10.0.0.1`, `unix:/run/app.sock` or `srv+http://_http._tcp.example.com`: no path, query or credentials.");

    public static readonly DiagnosticCode InvalidHostPattern = new("SL0309", Error, "not a host",
        "A host name or an IP address without a port, `*.` and a name for all its subdomains, or `{ regex: … }`.");

    public static readonly DiagnosticCode InvalidPathPattern = new("SL0310", Error, "not a path",
        "A path begins with `/`. One that ends in `/*` takes everything below it, too; elsewhere `*` stands for any characters of a segment, and `**` for any "
        + "segments.");

    public static readonly DiagnosticCode InvalidRange = new("SL0311", Error, "not an address range",
        "An IP address, or a range in CIDR notation such as `10.0.0.0/8` or `fd00::/8`, with zeros behind the prefix.");

    public static readonly DiagnosticCode InvalidHeader = new("SL0312", Error, "a header that can't be sent",
        "Names are tokens (RFC 9110, section 5.6.2) and values printable ASCII. Headers that frame the message or belong to the connection "
        + "(RFC 9110, section 7.6.1) are set by Sluice itself.");

    public static readonly DiagnosticCode BodyNotAllowed = new("SL0313", Error, "a body where there can't be one",
        "Responses with 204, 205 and 304 have no content (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5).");

    public static readonly DiagnosticCode InvalidName = new("SL0314", Error, "not a name",
        "Names have letters, digits, `_`, `-` and `.`, begin with a letter or digit, and have up to 64 characters.");

    public static readonly DiagnosticCode InvalidRegex = new("SL0316", Error, "not a regular expression",
        "The syntax is that of .NET. The whole text has to match: `^` and `$` go without saying.");

    public static readonly DiagnosticCode BacktrackingRegex = new("SL0317", Error, "a regular expression that needs backtracking",
        "Regular expressions don't backtrack, so that no text can make their time explode. Lookahead, lookbehind, backreferences, "
        + "atomic groups and very large repetitions can't. Often `not` or two conditions say the same.");

    public static readonly DiagnosticCode InvalidMethod = new("SL0318", Error, "not a method that requests can have",
        "A method is a word such as `GET`, in capital letters as RFC 9110 has them. `CONNECT` and `TRACE` are refused before routing.");

    public static readonly DiagnosticCode InvalidPercentage = new("SL0319", Error, "not a percentage",
        "A number from 0 to 100 with up to two decimals, without the sign: `12.5`.");

    public static readonly DiagnosticCode InvalidFieldName = new("SL0320", Error, "not the name of a header or cookie",
        "Such names are tokens (RFC 9110, section 5.6.2; RFC 6265, section 4.1.1).");

    public static readonly DiagnosticCode MatchTooDeep = new("SL0321", Error, "a match nested too deeply",
        "`all`, `any` and `not` can be nested up to 16 levels.");

    public static readonly DiagnosticCode InvalidTemplate = new("SL0330", Error, "not a template",
        "A variable stands between braces: `{client.ip}`. A brace itself is written twice, `{{` or `}}`, except in content such as error pages.");

    public static readonly DiagnosticCode UnknownVariable = new("SL0331", Error, "an unknown variable",
        "The variables are listed above. What belongs to a server or a response is not known before there is one.");

    public static readonly DiagnosticCode InvalidRewrite = new("SL0332", Error, "not a rewrite",
        "Prefixes are whole segments such as `/api`, templates begin with `/`, and regular expressions don't backtrack.");

    public static readonly DiagnosticCode InvalidRedirect = new("SL0333", Error, "not the target of a redirect",
        "A path, or a URL with `https`, `http` or `{scheme}`; only `{host}` and `{authority}` may stand in its host.");

    public static readonly DiagnosticCode InvalidResponseRewrite = new("SL0334", Error, "not something that responses can be rewritten by",
        "`rewrite_location` maps beginnings of URLs, `rewrite_cookies` domains and beginnings of paths; what takes their place has to be of the same kind.");

    public static readonly DiagnosticCode InvalidOrigin = new("SL0345", Error, "not an origin",
        "An origin is a scheme, a host and a port other than the usual one, as browsers send it: `https://example.com`, `http://localhost:3000`. "
        + "`*.` before a name stands for every name below it, `:*` for every port.");

    public static readonly DiagnosticCode InvalidContentType = new("SL0346", Error, "not a content type",
        "A media type, and parameters behind semicolons (RFC 9110, section 8.3): `text/html; charset=utf-8`.");

    public static readonly DiagnosticCode InvalidErrorStatus = new("SL0347", Error, "not the status of an error",
        "Error pages, and the `statuses` that count as errors, are of 400 to 599, or all of `4xx` or `5xx`.");

    public static readonly DiagnosticCode UnreadablePage = new("SL0348", Error, "a page that can't be read",
        "It must exist, be readable by the user that runs Sluice, and hold up to 1 MiB of UTF-8. Paths are relative to the file they stand in.");

    public static readonly DiagnosticCode PageTooLarge = new("SL0349", Error, "a page that is too large",
        "Pages have up to 1 MiB; with variables up to 64 KiB, so that they fit into a buffer with their values.");

    public static readonly DiagnosticCode VariablesNotEncoded = new("SL0350", Error, "variables where they can't be made harmless",
        "What clients send must not become a part of the page. That is known for HTML, XML, JSON and plain text, not for scripts and other types.");

    public static readonly DiagnosticCode InvalidCookiePath = new("SL0360", Error, "not the path of a cookie",
        "It begins with `/` and has up to 256 visible ASCII characters other than `;` (RFC 6265, section 4.1.1).");

    public static readonly DiagnosticCode InvalidParameterName = new("SL0361", Error, "not the name of a query parameter",
        "Up to 256 visible ASCII characters other than `&`, `=` and `#`, compared with those of the query decoded.");

    public static readonly DiagnosticCode RefusedCookie = new("SL0362", Error, "a cookie that browsers refuse",
        "Cookies with `same_site: none`, and those whose names begin with `__Secure-` or `__Host-`, have to be secure; the latter have the path `/`.");

    public static readonly DiagnosticCode InvalidExpectedStatus = new("SL0365", Error, "not a status to expect",
        "Final statuses are 200 to 599: one of them, a range such as `200-299`, or all of a class, `2xx`.");

    public static readonly DiagnosticCode InvalidNameServer = new("SL0370", Error, "not the address of a name server",
        "An IP address with or without a port, such as `10.0.0.2`, `10.0.0.2:5353`, `fd00::2` or `[fd00::2]:5353`: a name could not be resolved without it.");

    public static readonly DiagnosticCode UnknownUpstream = new("SL0401", Error, "an upstream that doesn't exist",
        "Requests and copies of them go to an entry of `upstreams` by its name, or to a server by its URL.");

    public static readonly DiagnosticCode GivenTwice = new("SL0402", Error, "the same thing given twice",
        "Two listeners can't share an address, two routes a name, nor two shares of a split an upstream.");

    public static readonly DiagnosticCode UnusedUpstream = new("SL0403", Warning, "an upstream that no route uses",
        "Remove it, or send a route to it.");

    public static readonly DiagnosticCode UnreachableRoute = new("SL0404", Warning, "a route that never matches",
        "A route above it has the same match and takes every request.");

    public static readonly DiagnosticCode ServerGivenTwice = new("SL0405", Warning, "a server given twice",
        "It gets twice its share. To say so on purpose, give it a `weight`.");

    public static readonly DiagnosticCode EveryoneTrusted = new("SL0406", Warning, "every address is a trusted proxy",
        "Anyone can then claim to be any client. Name only the proxies in front of this one.");

    public static readonly DiagnosticCode UnknownListener = new("SL0407", Error, "a listener that doesn't exist",
        "`listener` takes the `name` of an entry of `listen`, or its address as it is written there.");

    public static readonly DiagnosticCode ShadowedRoute = new("SL0408", Warning, "a route behind another that takes all its requests",
        "The other one has a higher priority, or the same match with fewer conditions. Swap their priorities, or remove one.");

    public static readonly DiagnosticCode ImpossibleMatch = new("SL0409", Warning, "a match that takes nothing",
        "`not` of everything holds for no request.");

    public static readonly DiagnosticCode UnknownPolicy = new("SL0413", Error, "a policy that doesn't exist",
        "`use` takes the names of entries of `policies`.");

    public static readonly DiagnosticCode UnusedPolicy = new("SL0414", Warning, "a policy that no route uses",
        "Remove it, or have a route `use` it.");

    public static readonly DiagnosticCode RedirectToAnyHost = new("SL0415", Error, "an open redirect",
        "Where a route takes every host, `{host}` is whatever a client writes there. Name the hosts in the route's `match`; `*.com` and an expression that "
        + "takes any host name none.");

    public static readonly DiagnosticCode RewriteWithoutServer = new("SL0416", Warning, "a rewrite that changes nothing",
        "`rewrite` is about what goes to a server; a route that responds or redirects has none.");

    public static readonly DiagnosticCode UnknownPathGroup = new("SL0417", Error, "a variable of a group that the path doesn't have",
        "`{path.NAME}` is what a group `(?<NAME>...)` of the route's own path took; a number is a segment. Without the group it would always be empty.");

    public static readonly DiagnosticCode CredentialsForAll = new("SL0419", Error, "credentials for every origin",
        "The Fetch standard (section 3.2.5) has browsers refuse `*` together with credentials, since any page could then act in the name of its visitors. "
        + "Name the origins that may, and the headers to expose.");

    public static readonly DiagnosticCode CorsHeaderTwice = new("SL0420", Warning, "a header that `cors` writes, too",
        "Clients get it twice, and browsers refuse that. Keep one of `cors` and `response_headers`.");

    public static readonly DiagnosticCode UnreachablePage = new("SL0421", Warning, "a page that is never sent",
        "Another for the same status and content type comes before it.");

    public static readonly DiagnosticCode NothingToStickTo = new("SL0423", Error, "a choice to keep where there is none",
        "`sticky` keeps clients at one of several upstreams of a `split`. Without a split there is nothing to choose.");

    public static readonly DiagnosticCode SplitOfNothing = new("SL0424", Error, "a split that leads nowhere",
        "At least one weight is above 0.");

    public static readonly DiagnosticCode CookieClash = new("SL0425", Warning, "a cookie of two splits",
        "Both routes may be asked by one client, and split between different upstreams: each would draw anew what the other one chose. Give them cookies "
        + "of different names.");

    public static readonly DiagnosticCode PointlessMirror = new("SL0426", Warning, "a mirror without a purpose",
        "Copies are made of requests that are forwarded, and go to another upstream than those.");

    public static readonly DiagnosticCode UnreadableCertificate = new("SL0427", Error, "a certificate or key that can't be read",
        "It must exist, be readable by the user that runs Sluice, and hold certificates or a key in PEM. Paths are relative to the file they stand in.");

    public static readonly DiagnosticCode KeyMismatch = new("SL0428", Error, "a key of another certificate",
        "The key has to be the one that the first certificate of the file was made for. `openssl x509 -pubkey -noout -in CERT` and "
        + "`openssl pkey -pubout -in KEY` print the same for a pair.");

    public static readonly DiagnosticCode EncryptedKey = new("SL0429", Error, "a key that is encrypted",
        "There is nobody to ask for its passphrase. Store it without one, `openssl pkey -in KEY -out PLAIN`, readable only by the user that runs Sluice.");

    public static readonly DiagnosticCode IncompleteChain = new("SL0430", Error, "a certificate without its intermediates",
        "Clients know roots only. The file holds the certificate and then every intermediate up to the root, as the authority's \"full chain\" has them. "
        + "Where an authority of your own has no intermediates, put its root behind the certificate: it is known then to be all there is, and is not sent. "
        + "`unsafe_incomplete_chain: true` takes what is there.");

    public static readonly DiagnosticCode WeakCertificate = new("SL0431", Error, "a certificate or key that is too weak",
        "RSA has at least 2048 bits, other keys are P-256, P-384 or P-521, and signatures are of SHA-256 or better: clients refuse anything else.");

    public static readonly DiagnosticCode WrongPurpose = new("SL0432", Error, "a certificate for another purpose",
        "Its extended key usage (RFC 5280, section 4.2.1.12) has `serverAuth` for what is shown to clients, and `clientAuth` for what is shown to servers.");

    public static readonly DiagnosticCode NotValidNow = new("SL0433", Warning, "a certificate that is not valid now",
        "It has ended, or not begun: clients will refuse it. It is used all the same, since without it there would be nothing.");

    public static readonly DiagnosticCode UnreadableTrust = new("SL0434", Error, "authorities or revocation lists that can't be read",
        "`ca` is a file with at least one certificate in PEM, `crl` one with at least one revocation list. Nothing is trusted in their place.");

    public static readonly DiagnosticCode InvalidTicketKey = new("SL0435", Error, "not a key for session tickets",
        "A file of 80 random bytes, as nginx and HAProxy take it: `openssl rand 80 > ticket.key`.");

    public static readonly DiagnosticCode NoCertificate = new("SL0436", Error, "TLS without a certificate",
        "A listener with `tls` needs `certificates`, or `tls: auto` to have them obtained.");

    public static readonly DiagnosticCode SameCertificateNames = new("SL0437", Warning, "two certificates for one name",
        "One of them is never served. A name can have one with an RSA key and one with an ECDSA key.");

    public static readonly DiagnosticCode ContradictingTls = new("SL0438", Error, "TLS options that contradict each other",
        "`min_version` is not above `max_version`, and a host has one entry of `client_certificates`.");

    public static readonly DiagnosticCode IneffectiveTls = new("SL0439", Warning, "TLS options that do nothing",
        "Such as `ciphers`, which are for TLS 1.2, where only TLS 1.3 is spoken; or `tls` of an upstream without a server of `https`.");

    public static readonly DiagnosticCode SkippedVerification = new("SL0440", Warning, "servers are not verified",
        "`unsafe_skip_verify` takes any certificate: whoever gets between Sluice and the servers can read and change everything. Name the authority with `ca`, and "
        + "the name in the certificate with `server_name`.");

    public static readonly DiagnosticCode NoClientCertificates = new("SL0441", Error, "client certificates that nobody asks for",
        "A route with `client_certificate: required` takes requests only of clients that have shown one, and no listener has `client_certificates`.");

    public static readonly DiagnosticCode StrayCertificate = new("SL0442", Warning, "a certificate that doesn't belong to the chain",
        "The first certificate of the file is not issued by it, not even through the others. It is not sent.");

    public static readonly DiagnosticCode EmptyCertificateFolder = new("SL0443", Error, "a folder without certificates",
        "It has `NAME.pem`, `NAME.crt` or `NAME.cer`, each with `NAME.key` or the key inside, or folders with `fullchain.pem` and `privkey.pem`.");

    public static readonly DiagnosticCode NoPublicName = new("SL0445", Warning, "a host for which no certificate can be obtained",
        "Public issuers sign names of the public DNS and public addresses: none without a dot, of `.local`, `.test`, `.example` and the like, and none that only an "
        + "expression describes. `localhost`, names below `internal` and loopback addresses get certificates of the local authority.");

    public static readonly DiagnosticCode WildcardWithoutDns = new("SL0446", Error, "a wildcard without the DNS",
        "Control of all names below another can be proved by a record in the DNS only (`dns-01`). Say in `dns` of `certificates` who puts it there, name the hosts "
        + "one by one, or have certificates obtained `on_demand`.");

    public static readonly DiagnosticCode UnreachableForIssuers = new("SL0447", Warning, "issuers can't reach a listener",
        "`http-01` is asked at port 80, `tls-alpn-01` at port 443, from outside. Where a router or container forwards those to other ports, name the challenges in "
        + "`challenges` of `certificates`; where nothing reaches this machine, use `dns-01`.");

    public static readonly DiagnosticCode InvalidAutomation = new("SL0448", Error, "something that certificates can't be obtained by",
        "Mail addresses, URLs, rates, accounts at issuers and keys of name servers have to be right before anything is ordered.");

    public static readonly DiagnosticCode ImpossibleHttp2 = new("SL0449", Error, "HTTP/2 that can't be spoken like that",
        "With TLS both sides agree by ALPN whether they speak HTTP/2 (`http2: true`); without TLS nobody can ask, so both sides have to know it before "
        + "(`http2: prior_knowledge`). Over TLS clients always ask; servers of `https` may be spoken to without asking.");

    public static readonly DiagnosticCode IneffectiveHttp2 = new("SL0450", Warning, "HTTP/2 that nobody will speak",
        "A listener without TLS has nothing to negotiate by. With `http2: prior_knowledge` it takes clients that begin with HTTP/2, beside those of HTTP/1.");

    public static readonly DiagnosticCode PointlessGrpcWeb = new("SL0460", Warning, "a bridge to nowhere",
        "`grpc_web` is about calls that go to a server, and the route answers by itself.");

    public static readonly DiagnosticCode GrpcOverHttp1 = new("SL0461", Warning, "gRPC over HTTP/1.1",
        "gRPC is spoken over HTTP/2 (grpc/doc/PROTOCOL-HTTP2.md), and hardly any server of it takes HTTP/1.1. Give the servers a name under `upstreams`, with `http2: true` for "
        + "those of `https`, or `http2: prior_knowledge` for those without TLS.");

    public static readonly DiagnosticCode PointlessCheckOption = new("SL0470", Error, "an option that this kind of health check doesn't have",
        "`path`, `method` and statuses are for `http`, `send` for `tcp`, `service` for `grpc`; `host` and `headers` for what sends requests, `expect` for `http` and `tcp`.");

    public static readonly DiagnosticCode InvalidFolder = new("SL0490", Error, "not the path of a folder",
        "It is absolute, such as `/var/tmp`: the program may be started from anywhere.");

    public static readonly DiagnosticCode PointlessFailover = new("SL0491", Warning, "a failover or fallback without a purpose",
        "Requests that an upstream fails go on to another one. A route that answers by itself has none, and an upstream is none to itself.");

    public static readonly DiagnosticCode MissingRoot = new("SL0492", Error, "a folder of files that is not there",
        "`files` takes the path of a folder, relative to the configuration file it stands in. It has to exist when the configuration is read; later it may be replaced at any time.");

    public static readonly DiagnosticCode InvalidFileRule = new("SL0493", Error, "no place or name of a file",
        "`try_files` takes places below the folder, with `{path}` for the path of the request, and a status at the end: `[\"{path}\", \"{path}/\", /index.html]`, "
        + "`[\"{path}.html\", =404]`. `index` takes names, `types` endings.");

    public static readonly DiagnosticCode ServedConfiguration = new("SL0494", Warning, "files that nobody should be served",
        "The folder holds the configuration itself, and with it whatever lies beside it: keys, secrets, logs. Serve a folder of its own.");

    public static readonly DiagnosticCode EncodingNotOffered = new("SL0495", Warning, "an encoding that clients are not offered",
        "zstd needs the system's libzstd, and has no place for the padding that `breach: pad` adds. Clients get another of the encodings.");

    public static readonly DiagnosticCode InvalidMediaRange = new("SL0496", Error, "not a media type",
        "A media type such as `text/html`, without parameters; a `*` stands for anything, once: `text/*`, `application/*+json`. `*/*` is every type.");

    public static readonly DiagnosticCode IneffectiveCache = new("SL0497", Warning, "a cache that doesn't do what it says",
        "Only responses of servers to GET and HEAD are stored, in memory that the machine has and in a folder that the user who runs Sluice can write to.");

    public static readonly DiagnosticCode ImpossibleCache = new("SL0498", Error, "a cache that can't be",
        "Its options contradict each other: a header either tells responses apart or doesn't, an object is not larger than its store, what holds for every request is "
        + "no exception, and the disk cache has a folder of its own.");

    public static readonly DiagnosticCode RiskyCache = new("SL0499", Warning, "a cache that may send somebody what was meant for somebody else",
        "What a response depends on has to be in its key, and what servers say of it has to count: else one client gets what another one asked for. Nor should everybody "
        + "be able to empty the cache. Apart from the latter, said by `sluice lint` only.");

    public static readonly DiagnosticCode NoClientLimit = new("SL0501", Warning, "no limit on the connections of one client",
        "Anyone who reaches the listener can take all of `max_connections`. Set `max_connections_per_client` in `limits`; 100 leaves room for an office "
        + "behind one address. Said by `sluice lint` only.");

    public static readonly DiagnosticCode BalanceOfOne = new("SL0502", Warning, "a choice among one server",
        "`balance` says how a server is picked, and there is only one. Remove it, or add the servers that are missing. Said by `sluice lint` only.");

    public static readonly DiagnosticCode LongTimeout = new("SL0503", Warning, "a very long timeout",
        "Whatever hangs holds its connection for that long, on both sides. Timeouts beyond 10 minutes are for `tunnel_idle_timeout`; give them to the "
        + "route that needs them. Said by `sluice lint` only.");

    public static readonly DiagnosticCode WideTrust = new("SL0504", Warning, "a wide range of public addresses is trusted",
        "Everyone in it can claim to be any client. Proxies in front have few addresses: name those. Said by `sluice lint` only.");

    public static readonly DiagnosticCode EverythingAnswered = new("SL0505", Warning, "every other request is answered as a success",
        "A fixed response of 2xx to every host and path hides misspelt hosts and paths from those who look at status codes. Match what it is for, "
        + "or respond with 404. Said by `sluice lint` only.");

    public static readonly DiagnosticCode SameUpstreams = new("SL0506", Warning, "two upstreams with the same servers",
        "Each has its own connections and counts requests in flight for itself, so limits hold twice. Use one in both places. Said by `sluice lint` only.");

    public static readonly DiagnosticCode HalfCloseAllowed = new("SL0507", Warning, "clients may close their sending side",
        "A client that is gone can't be told from one that only stopped sending, so servers work on for nobody. Only scripts around tools such as "
        + "`nc` need it. Said by `sluice lint` only.");

    public static readonly DiagnosticCode NamelessRoutes = new("SL0508", Warning, "many routes without a name",
        "In logs and metrics they are called after their first host and path, which change when the match does. Beyond 20 routes give each a `name`. "
        + "Said by `sluice lint` only.");

    public static readonly DiagnosticCode PlainSecret = new("SL0509", Warning, "a secret in plain text",
        "Who can read the configuration, its backups and its history knows it. Put it into a file of its own and write `${file:/run/secrets/name}`, or "
        + "into a variable, `${env:NAME}`. Said by `sluice lint` only.");

    public static readonly DiagnosticCode ChainNotChecked = new("SL0510", Warning, "a certificate that may lack its intermediates",
        "`unsafe_incomplete_chain` takes a file without them, and some clients can't connect then. Put them behind the certificate. Said by `sluice lint` only.");

    public static readonly DiagnosticCode EndsSoon = new("SL0511", Warning, "a certificate that ends soon",
        "Within 7 days. Renew it; a file that changed is read again by `sluice reload`, or by itself with `watch`. Said by `sluice lint` only.");

    public static readonly DiagnosticCode OnlyLocalhost = new("SL0512", Warning, "automatic certificates without a name",
        "No route that the listener serves names its hosts, so there is nothing to order: only `https://localhost` works, by a certificate of the local authority. "
        + "Name the hosts in `match`, or list them in `names` of `certificates`. Said by `sluice lint` only.");

    public static readonly DiagnosticCode HedgeOfOne = new("SL0513", Warning, "a second server that isn't there",
        "`hedge` asks a second server while the first has not answered, and the upstream has one. Remove it, or add the servers that are missing. Said by `sluice lint` only.");

    public static readonly DiagnosticCode IdleHedge = new("SL0514", Warning, "a hedge that never begins",
        "`hedge` counts as one of `attempts` and within `budget`, and begins while an attempt is still waiting, which `per_try_timeout` ends. Give it a shorter time, or "
        + "allow what it needs. Said by `sluice lint` only.");

    public static readonly DiagnosticCode PointlessHash = new("SL0517", Warning, "a hash of what no two requests share",
        "`{request.id}` is another one for each request, and `{time}` for each second: with either in it, the text that is hashed keeps nothing together. To spread requests "
        + "evenly, `balance: round_robin` or `least_requests` does it better. Said by `sluice lint` only.");

    /// <summary>All of them, by number.</summary>
    public static IReadOnlyList<DiagnosticCode> All { get; } =
    [
        UnreadableFile, FileTooLarge, NotUtf8, ByteOrderMark, ControlCharacter, TabIndentation, InvalidYaml, SeveralDocuments, TooManyAliases,
        TooManyNodes, NestedTooDeeply, UnknownAnchor, TagUsed, EmptyFile, TooManyFindings, NothingIncluded, IncludeCircle, TooManyFiles,
        InvalidInclude, InvalidPlaceholder, UnclosedPlaceholder, MissingVariable, UnreadableValue,
        WrongKind, DuplicateKey, UnknownOption, MissingOption, ExclusiveOptions, EmptyValue, KeyNotText, GivenInTwoFiles, InvalidSocketPath,
        InvalidDuration, InvalidSize, InvalidNumber, InvalidBoolean, OutOfRange, UnknownWord, InvalidListenAddress, InvalidServerUrl,
        InvalidHostPattern, InvalidPathPattern, InvalidRange, InvalidHeader, BodyNotAllowed, InvalidName,
        InvalidRegex, BacktrackingRegex, InvalidMethod, InvalidPercentage, InvalidFieldName, MatchTooDeep,
        InvalidTemplate, UnknownVariable, InvalidRewrite, InvalidRedirect, InvalidResponseRewrite,
        InvalidOrigin, InvalidContentType, InvalidErrorStatus, UnreadablePage, PageTooLarge, VariablesNotEncoded,
        InvalidCookiePath, InvalidParameterName, RefusedCookie, InvalidExpectedStatus, InvalidNameServer,
        UnknownUpstream, GivenTwice, UnusedUpstream, UnreachableRoute, ServerGivenTwice, EveryoneTrusted,
        UnknownListener, ShadowedRoute, ImpossibleMatch, UnknownPolicy, UnusedPolicy,
        RedirectToAnyHost, RewriteWithoutServer, UnknownPathGroup, CredentialsForAll, CorsHeaderTwice, UnreachablePage,
        NothingToStickTo, SplitOfNothing, CookieClash, PointlessMirror,
        UnreadableCertificate, KeyMismatch, EncryptedKey, IncompleteChain, WeakCertificate, WrongPurpose, NotValidNow, UnreadableTrust, InvalidTicketKey,
        NoCertificate, SameCertificateNames, ContradictingTls, IneffectiveTls, SkippedVerification, NoClientCertificates, StrayCertificate,
        EmptyCertificateFolder, NoPublicName, WildcardWithoutDns, UnreachableForIssuers, InvalidAutomation, ImpossibleHttp2, IneffectiveHttp2,
        PointlessGrpcWeb, GrpcOverHttp1,
        PointlessCheckOption, InvalidFolder, PointlessFailover, MissingRoot, InvalidFileRule, ServedConfiguration, EncodingNotOffered, InvalidMediaRange,
        IneffectiveCache, ImpossibleCache, RiskyCache,
        NoClientLimit, BalanceOfOne, LongTimeout, WideTrust, EverythingAnswered, SameUpstreams, HalfCloseAllowed, NamelessRoutes, PlainSecret,
        ChainNotChecked, EndsSoon, OnlyLocalhost, HedgeOfOne, IdleHedge, PointlessHash,
    ];
}
