using System.Collections.Frozen;

namespace Sluice.Proxy.Files;

/// <summary>The media types of files by the ending of their names: those that the web is made of, from IANA's registry.</summary>
internal static class MediaTypes
{
    private static readonly FrozenDictionary<string, string> Known = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["html"] = "text/html", ["htm"] = "text/html", ["xhtml"] = "application/xhtml+xml", ["shtml"] = "text/html",
        ["css"] = "text/css", ["js"] = "text/javascript", ["mjs"] = "text/javascript", ["cjs"] = "text/javascript",
        ["json"] = "application/json", ["map"] = "application/json", ["jsonld"] = "application/ld+json", ["geojson"] = "application/geo+json",
        ["webmanifest"] = "application/manifest+json", ["wasm"] = "application/wasm", ["topojson"] = "application/json",
        ["txt"] = "text/plain", ["text"] = "text/plain", ["log"] = "text/plain", ["md"] = "text/markdown", ["markdown"] = "text/markdown",
        ["csv"] = "text/csv", ["tsv"] = "text/tab-separated-values", ["ics"] = "text/calendar", ["vcf"] = "text/vcard", ["vtt"] = "text/vtt",
        ["xml"] = "text/xml", ["xsl"] = "application/xslt+xml", ["xslt"] = "application/xslt+xml", ["rss"] = "application/rss+xml",
        ["atom"] = "application/atom+xml", ["yaml"] = "application/yaml", ["yml"] = "application/yaml", ["toml"] = "application/toml",
        ["png"] = "image/png", ["apng"] = "image/apng", ["jpg"] = "image/jpeg", ["jpeg"] = "image/jpeg", ["gif"] = "image/gif",
        ["webp"] = "image/webp", ["avif"] = "image/avif", ["heic"] = "image/heic", ["heif"] = "image/heif", ["jxl"] = "image/jxl",
        ["svg"] = "image/svg+xml", ["svgz"] = "image/svg+xml", ["ico"] = "image/vnd.microsoft.icon", ["bmp"] = "image/bmp",
        ["tif"] = "image/tiff", ["tiff"] = "image/tiff",
        ["woff"] = "font/woff", ["woff2"] = "font/woff2", ["ttf"] = "font/ttf", ["otf"] = "font/otf", ["ttc"] = "font/collection",
        ["eot"] = "application/vnd.ms-fontobject",
        ["mp3"] = "audio/mpeg", ["m4a"] = "audio/mp4", ["aac"] = "audio/aac", ["ogg"] = "audio/ogg", ["oga"] = "audio/ogg",
        ["opus"] = "audio/ogg", ["wav"] = "audio/wav", ["flac"] = "audio/flac", ["weba"] = "audio/webm", ["mid"] = "audio/midi",
        ["mp4"] = "video/mp4", ["m4v"] = "video/mp4", ["webm"] = "video/webm", ["ogv"] = "video/ogg", ["mov"] = "video/quicktime",
        ["mkv"] = "video/matroska", ["avi"] = "video/x-msvideo", ["mpg"] = "video/mpeg", ["mpeg"] = "video/mpeg", ["ts"] = "video/mp2t",
        ["m3u8"] = "application/vnd.apple.mpegurl", ["mpd"] = "application/dash+xml", ["m4s"] = "video/iso.segment",
        ["pdf"] = "application/pdf", ["rtf"] = "application/rtf", ["epub"] = "application/epub+zip", ["ps"] = "application/postscript",
        ["doc"] = "application/msword", ["docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ["xls"] = "application/vnd.ms-excel", ["xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ["ppt"] = "application/vnd.ms-powerpoint", ["pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ["odt"] = "application/vnd.oasis.opendocument.text", ["ods"] = "application/vnd.oasis.opendocument.spreadsheet",
        ["odp"] = "application/vnd.oasis.opendocument.presentation",
        ["zip"] = "application/zip", ["gz"] = "application/gzip", ["tgz"] = "application/gzip", ["br"] = "application/x-brotli",
        ["zst"] = "application/zstd", ["xz"] = "application/x-xz", ["bz2"] = "application/x-bzip2", ["7z"] = "application/x-7z-compressed",
        ["rar"] = "application/vnd.rar", ["tar"] = "application/x-tar", ["jar"] = "application/java-archive", ["war"] = "application/java-archive",
        ["deb"] = "application/vnd.debian.binary-package", ["rpm"] = "application/x-rpm", ["apk"] = "application/vnd.android.package-archive",
        ["iso"] = "application/x-iso9660-image", ["dmg"] = "application/x-apple-diskimage", ["exe"] = "application/octet-stream",
        ["bin"] = "application/octet-stream", ["dat"] = "application/octet-stream", ["swf"] = "application/x-shockwave-flash",
        ["crt"] = "application/x-x509-ca-cert", ["pem"] = "application/x-pem-file", ["asc"] = "application/pgp-signature",
        ["parquet"] = "application/vnd.apache.parquet", ["sqlite"] = "application/vnd.sqlite3", ["glb"] = "model/gltf-binary",
        ["gltf"] = "model/gltf+json", ["kml"] = "application/vnd.google-earth.kml+xml", ["kmz"] = "application/vnd.google-earth.kmz",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The type of an ending in lower case, without its dot; null when it isn't known.</summary>
    public static string? Find(string ending) => Known.GetValueOrDefault(ending);

    /// <summary>Whether a type without parameters is text whose charset has to be told: those of <c>text</c>, but for what says it itself.</summary>
    public static bool IsText(string type) => type.StartsWith("text/", StringComparison.Ordinal) && type != "text/xml";
}
