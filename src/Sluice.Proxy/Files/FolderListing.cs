using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Files;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Files;

/// <summary>Answers with a list of what is in a folder, made on the thread pool: folders are read as slowly as disks are.</summary>
internal static class FolderListing
{
    /// <summary>The most entries that are listed: about half a megabyte of text.</summary>
    public const int EntriesMax = 2000;

    private static readonly PreparedResponse Head = PreparedResponse.ForPage("text/html; charset=utf-8");

    /// <summary>Reads the folder and sends the list.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="folder">Released when it is read.</param>
    /// <param name="withHidden">Whether names that begin with a dot are listed.</param>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public static async ValueTask SendAsync(Exchange exchange, OpenedFile folder, bool withHidden)
    {
        byte[] path = exchange.Request.Path.ToArray();
        byte[]? page = await exchange.Worker.Loop.OffloadAsync(() => Make(folder, path, withHidden));
        folder.Release();
        if (page is null)
        {
            exchange.Fail(ProxyErrorCode.FileReadFailed);
        }

        if (exchange.HasFailed)
        {
            await ErrorResponse.SendAsync(exchange);
            return;
        }

        exchange.Status = 200;
        await exchange.Client.SendPreparedAsync(exchange, Head, new BodySlice(page, 0, page!.Length, IsLast: true));
    }

    /// <summary>The page; null when the folder can't be read. Any thread.</summary>
    internal static byte[]? Make(OpenedFile folder, ReadOnlySpan<byte> path, bool withHidden)
    {
        List<FolderEntry>? entries = FolderReader.Read(folder, name => withHidden || name[0] != '.', EntriesMax, out bool isWhole);
        if (entries is null)
        {
            return null;
        }

        entries.Sort(static (left, right) => left.IsFolder != right.IsFolder ? (left.IsFolder ? -1 : 1) : left.Name.AsSpan().SequenceCompareTo(right.Name));
        string title = WebUtility.HtmlEncode(Uri.UnescapeDataString(Encoding.Latin1.GetString(path)));
        var page = new StringBuilder()
            .Append("<!doctype html>\n<html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")
            .Append(CultureInfo.InvariantCulture, $"<title>{title}</title></head>\n<body><h1>{title}</h1>\n<table>\n");
        if (path is not [(byte)'/'])
        {
            page.Append("<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n");
        }

        foreach (FolderEntry entry in entries)
        {
            AppendRow(page, entry);
        }

        page.Append("</table>\n").Append(isWhole ? "" : string.Create(CultureInfo.InvariantCulture, $"<p>Only {EntriesMax} entries are shown.</p>\n")).Append("</body></html>\n");
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    // The name in a link is behind "./" and has no letter as it is but the unreserved ones: it can't be taken for a scheme or a host.
    private static void AppendRow(StringBuilder page, FolderEntry entry)
    {
        string slash = entry.IsFolder ? "/" : "";
        string text = WebUtility.HtmlEncode(Encoding.UTF8.GetString(entry.Name));
        string time = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(entry.ModifiedSeconds, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds()))
            .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        page.Append("<tr><td><a href=\"./");
        foreach (byte value in entry.Name)
        {
            bool isPlain = char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';
            _ = isPlain ? page.Append((char)value) : page.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        string size = entry.IsFolder || entry.IsLink ? "" : entry.SizeBytes.ToString(CultureInfo.InvariantCulture);
        page.Append(CultureInfo.InvariantCulture, $"{slash}\">{text}{slash}</a></td><td>{time}</td><td>{size}</td></tr>\n");
    }
}
