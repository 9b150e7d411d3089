using System.Runtime.CompilerServices;
using System.Text;
using Sluice.Http.Http1;
using Sluice.Http.Representations;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Representations;
using Sluice.Proxy.Templates;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Files;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Files;

/// <summary>Answers the requests of a route with files of a folder. Immutable but for what each worker keeps open.</summary>
/// <remarks>
/// <list type="number">
/// <item>Only GET and HEAD have an answer; OPTIONS is told so.</item>
/// <item>The candidates of <c>try_files</c> are looked for in their order, a folder by its index; what the worker has open is not looked for again (<see cref="FileCache"/>).</item>
/// <item>A folder that is asked for without its slash is redirected to; one without an index is listed, where the route says so (<see cref="FolderListing"/>).</item>
/// <item>A file that lies there compressed is sent the way the client wants it most.</item>
/// <item><see cref="RepresentationSender"/> does the rest.</item>
/// </list>
/// </remarks>
internal sealed class StaticFiles
{
    private static readonly PreparedResponse Options = PreparedResponse.Create(new RespondAction(204, [new("allow", "GET, HEAD, OPTIONS")], []));

    // Leading slashes become one and backslashes are encoded, so that "//evil.test" leads nowhere else.
    private static readonly PreparedResponse WithSlash =
        PreparedResponse.Create(new RedirectAction(Template.Parse("{path}/", TemplateScope.Request), 308, KeepQuery: true));

    private readonly FilesAction _plan;
    private readonly (byte[] Before, TryFile Plan, byte[] After)[] _candidates;
    private readonly byte[][] _index;
    private readonly ContentCoding[] _codings;
    private readonly FileCache?[] _caches;

    public StaticFiles(FilesAction plan, int workers)
    {
        _plan = plan;
        _candidates = [.. plan.TryFiles.Select(file => (Encoding.UTF8.GetBytes(file.Before), file, Encoding.UTF8.GetBytes(file.After)))];
        _index = [.. plan.Index.Select(Encoding.UTF8.GetBytes)];
        _codings = [.. plan.Precompressed.Select(side => ContentCodings.Find(Encoding.ASCII.GetBytes(side.Coding)))];
        _caches = new FileCache?[workers];
    }

    /// <summary>The header that goes with the refusal of another method.</summary>
    public static ReadOnlySpan<byte> AllowLine => "allow: GET, HEAD, OPTIONS\r\n"u8;

    /// <summary>The status when there is no file.</summary>
    public int MissingStatus => _plan.MissingStatus;

    /// <summary>Answers a request. How it ended is recorded in the exchange.</summary>
    public ValueTask AnswerAsync(Exchange exchange)
    {
        // 1. Methods. A WebSocket over HTTP/2 counts as a GET, and would take a file for consent.
        RequestHead request = exchange.Request;
        if (request.Method is not (RequestMethod.Get or RequestMethod.Head) || request.IsExtendedConnect)
        {
            return request.Method == RequestMethod.Options ? SendAsync(exchange, Options) : FailAsync(exchange, ProxyErrorCode.MethodNotAllowed);
        }

        // 2. Candidates. 3. Folders.
        FileCache cache = _caches[exchange.Worker.Index] ??= new FileCache(exchange.Worker, _plan);
        FileEntry? entry = null;
        FileOpening opening = FileOpening.Missing;
        for (int i = 0; i < _candidates.Length && opening == FileOpening.Missing; i++)
        {
            if (!TrySetPath(exchange, cache.Path, _candidates[i]))
            {
                continue;
            }

            bool isFolder = cache.Path.IsFolder;
            entry = isFolder ? FindIndex(cache, out opening) : cache.Find(out opening);
            if (isFolder && opening is FileOpening.Opened or FileOpening.Missing && AnswerFolder(exchange, cache, _candidates[i].Plan, entry, ref opening) is { } answer)
            {
                return answer;
            }
        }

        return entry is not null ? SendAsync(exchange, cache, Negotiate(request, entry)) : FailAsync(exchange, ErrorOf(opening));
    }

    private static ProxyErrorCode ErrorOf(FileOpening opening) => opening switch
    {
        FileOpening.Missing => ProxyErrorCode.FileNotFound,
        FileOpening.Refused => ProxyErrorCode.FileForbidden,
        _ => ProxyErrorCode.FileReadFailed,
    };

    private static ValueTask FailAsync(Exchange exchange, ProxyErrorCode error)
    {
        exchange.Fail(error);
        return ErrorResponse.SendAsync(exchange);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask SendAsync(Exchange exchange, PreparedResponse response) => await exchange.Client.SendPreparedAsync(exchange, response);

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask SendAsync(Exchange exchange, FileCache cache, FileEntry entry)
    {
        exchange.Response.CopyFrom(entry.Head);
        exchange.File.Begin(cache, entry);
        await exchange.Representation.SendAsync(exchange.File, entry.File.Length, PreconditionScope.Origin);
        exchange.File.End();
    }

    private bool TrySetPath(Exchange exchange, FilePath path, in (byte[] Before, TryFile Plan, byte[] After) candidate)
    {
        ReadOnlySpan<byte> asked = !candidate.Plan.HasPath ? default : exchange.Target.IsSet ? exchange.Target.Path : exchange.Request.Path;
        return path.TrySet(candidate.Before, asked, candidate.After) && (_plan.Hidden || !path.HasHiddenPart());
    }

    private FileEntry? FindIndex(FileCache cache, out FileOpening opening)
    {
        int length = cache.Path.Bytes.Length;
        opening = FileOpening.Missing;
        FileEntry? entry = null;
        for (int i = 0; i < _index.Length && opening == FileOpening.Missing; i++)
        {
            if (cache.Path.TryAppend(_index[i]))
            {
                entry = cache.Find(out opening);
            }

            cache.Path.Truncate(length);
        }

        return entry;
    }

    // Null where it is answered with its index, or not at all.
    private ValueTask? AnswerFolder(Exchange exchange, FileCache cache, TryFile candidate, FileEntry? index, ref FileOpening opening)
    {
        OpenedFile? folder = null;
        if (index is null && _plan.Listing)
        {
            opening = cache.OpenFolder(out folder);
        }

        if (index is null && folder is null)
        {
            return null;
        }

        // Links in a page, and in a list, are relative to the folder.
        bool isRedirected = candidate.HasPath && !exchange.Request.Path.EndsWith("/"u8);
        if (isRedirected)
        {
            folder?.Release();
            return SendAsync(exchange, WithSlash);
        }

        return folder is null ? null : FolderListing.SendAsync(exchange, folder, _plan.Hidden);
    }

    private FileEntry Negotiate(RequestHead request, FileEntry entry)
    {
        if (entry.Variants.Length == 0)
        {
            return entry;
        }

        // As it is, it is what everybody takes who doesn't say otherwise (RFC 9110, section 12.5.3), and nothing is gained by that.
        FileEntry best = entry;
        var accepted = AcceptEncoding.Read(request.Fields);
        int quality = !accepted.IsPresent ? Weight.Whole : accepted.RanksIdentity ? Math.Max(accepted.WeightOf(ContentCoding.Identity) - 1, 0) : 0;
        foreach ((SideFile side, FileEntry variant) in entry.Variants)
        {
            int wanted = accepted.WeightOf(CodingOf(side));
            if (wanted > quality)
            {
                quality = wanted;
                best = variant;
            }
        }

        best.Uses += ReferenceEquals(best, entry) ? 0 : 1;
        return best;
    }

    private ContentCoding CodingOf(SideFile side)
    {
        for (int i = 0; i < _codings.Length; i++)
        {
            if (ReferenceEquals(_plan.Precompressed[i], side))
            {
                return _codings[i];
            }
        }

        return ContentCoding.Other;
    }
}
