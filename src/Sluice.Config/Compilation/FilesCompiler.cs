using Sluice.Config.Model;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Files;

namespace Sluice.Config.Compilation;

/// <summary>Compiles <c>files</c>.</summary>
internal static class FilesCompiler
{
    private const string NoCharset = "none";

    internal static FilesAction Compile(FilesConfig files)
    {
        var plan = new FilesAction(PlanCompiler.Known(files.Root).FullPath)
        {
            Listing = files.Listing,
            Hidden = files.Hidden,
            Links = files.FollowsAllLinks ? LinkPolicy.Any : files.FollowsLinks ? LinkPolicy.Inside : LinkPolicy.None,
            Precompressed = [.. files.Precompressed.Distinct()],
            ExpiresSeconds = files.ExpiresSeconds,
            Immutable = files.Immutable,
            ETag = files.ETag,
            Types = [.. files.Types],
        };
        return plan with
        {
            Index = files.Index is null ? plan.Index : [.. files.Index],
            TryFiles = files.TryFiles is null ? plan.TryFiles : [.. files.TryFiles.Select(entry => entry.File).OfType<TryFile>()],
            MissingStatus = files.TryFiles is [.., { Status: > 0 } last] ? last.Status : plan.MissingStatus,
            DefaultType = files.DefaultType ?? plan.DefaultType,
            Charset = files.Charset is null ? plan.Charset : files.Charset == NoCharset ? "" : files.Charset,
        };
    }
}
