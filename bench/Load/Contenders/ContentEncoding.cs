namespace Sluice.Load.Contenders;

/// <summary>How responses of a row are compressed by the proxies.</summary>
/// <param name="Name">As in <c>Accept-Encoding</c>.</param>
/// <param name="Level">Sluice's level.</param>
/// <param name="NginxLevel">nginx's level with as good a ratio; 0 where it has no such encoding.</param>
internal sealed record ContentEncoding(string Name, int Level, int NginxLevel)
{
    /// <summary>Where Debian puts nginx's brotli module.</summary>
    public const string BrotliModule = "/usr/lib/nginx/modules/ngx_http_brotli_filter_module.so";

    /// <summary>Whether nginx can do it here.</summary>
    public bool IsInNginx => Name == "gzip" || (Name == "br" && File.Exists(BrotliModule));
}
