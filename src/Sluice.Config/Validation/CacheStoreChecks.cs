using Sluice.Config.Compilation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Model.Caching;
using Sluice.Config.Model.Tls;
using Sluice.Config.Values;
using Sluice.Proxy.Plans.Caching;

namespace Sluice.Config.Validation;

/// <summary>What is stored has room, and a folder of its own.</summary>
internal static class CacheStoreChecks
{
    private static readonly string[] SystemFolders =
    [
        "/", "/bin", "/boot", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/opt", "/root", "/run", "/sbin", "/srv", "/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/local", "/usr/share",
        "/var", "/var/cache", "/var/lib", "/var/log", "/var/run", "/var/spool", "/var/tmp", "/var/www", "/dev", "/dev/shm",
    ];

    // Nothing can be kept below these.
    private static readonly string[] KernelFolders = ["/proc", "/sys"];

    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        CacheStoreConfig store = config.Cache;
        if (diagnostics.HasErrors || store.Equals(new CacheStoreConfig()))
        {
            return;
        }

        CheckSizes(store, diagnostics);

        // What the collector may use is what the machine has, or the process's control group, or what an environment variable says.
        CheckMemory(store, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, diagnostics);
        if (store.Disk is { } disk)
        {
            CheckFolder(disk, diagnostics);
            CheckServed(disk, config, diagnostics);
        }

        if (!diagnostics.HasErrors && !PlanCompiler.CompileSettings(config).Zip(config.Routes).Any(pair => pair is { First.Cache.IsOff: false, Second.Proxy: not null }))
        {
            diagnostics.Add(DiagnosticCodes.IneffectiveCache, "nothing is stored: no route that forwards has `cache`", store.Location, "add `cache: true` to a route");
        }
    }

    /// <summary>Whether there is that much memory.</summary>
    /// <param name="store">What is wanted.</param>
    /// <param name="available">What there is, in bytes; 0 when that is not known.</param>
    /// <param name="diagnostics">Takes the finding.</param>
    internal static void CheckMemory(CacheStoreConfig store, long available, DiagnosticBag diagnostics)
    {
        long memory = CacheCompiler.Compile(store).MemoryBytes;
        if (available > 0 && memory > available)
        {
            diagnostics.Add(
                DiagnosticCodes.IneffectiveCache,
                $"`memory` is {SizeType.Format(memory)}, more than a process can have here",
                store.Location,
                "the machine or the container has less; the rest of the program needs some, too");
        }
    }

    private static void CheckSizes(CacheStoreConfig store, DiagnosticBag diagnostics)
    {
        CacheStorePlan plan = CacheCompiler.Compile(store);
        long largest = plan.MemoryBytes / CacheCompiler.ObjectShare;
        if (plan.MemoryObjectBytesMax > largest)
        {
            diagnostics.Add(
                DiagnosticCodes.ImpossibleCache,
                $"`max_object` is {SizeType.Format(plan.MemoryObjectBytesMax)}, and one object has at most an eighth of `memory`",
                store.Location,
                $"up to {SizeType.Format(largest)}; larger ones are for `disk`");
        }

        if (plan.Disk is { } disk && disk.ObjectBytesMax > disk.BytesMax / CacheCompiler.DiskObjectShare)
        {
            diagnostics.Add(
                DiagnosticCodes.ImpossibleCache,
                $"`max_object` is {SizeType.Format(disk.ObjectBytesMax)}, and one object has at most half of `size`",
                store.Disk!.Location,
                $"up to {SizeType.Format(disk.BytesMax / CacheCompiler.DiskObjectShare)}");
        }
    }

    private static void CheckFolder(DiskCacheConfig disk, DiagnosticBag diagnostics)
    {
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(disk.Plan.Folder));
        if (SystemFolders.Contains(folder) || KernelFolders.Any(known => folder == known || folder.StartsWith(known + "/", StringComparison.Ordinal)))
        {
            diagnostics.Add(DiagnosticCodes.ImpossibleCache, $"`{disk.Plan.Folder}` belongs to the system", disk.Location, "a folder for nothing else, such as `/var/cache/sluice`");
        }
        else if (File.Exists(folder))
        {
            diagnostics.Add(DiagnosticCodes.ImpossibleCache, $"`{disk.Plan.Folder}` is a file", disk.Location, "a folder, such as `/var/cache/sluice`");
        }
        else if (Directory.Exists(folder) && !IsWritable(folder))
        {
            diagnostics.Add(
                DiagnosticCodes.IneffectiveCache, $"`{disk.Plan.Folder}` can't be written to by {Environment.UserName}", disk.Location, "give it to the user that runs Sluice");
        }
    }

    // What is stored for one client would be there for everybody; and what is served would be foreign to the cache.
    private static void CheckServed(DiskCacheConfig disk, SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (FileUseConfig root in config.Routes.Select(route => route.Files?.Root).OfType<FileUseConfig>())
        {
            string folder = Path.GetFullPath(disk.Plan.Folder);
            bool isInside = FilesChecks.IsBelow(folder, root.FullPath);
            if (isInside || FilesChecks.IsBelow(root.FullPath, folder))
            {
                string problem = isInside ? $"`{disk.Plan.Folder}` lies in `{root.Path}`, whose files are served" : $"`{disk.Plan.Folder}` holds `{root.Path}`, whose files are served";
                diagnostics.Add(new Diagnostic(DiagnosticCodes.ImpossibleCache, problem, disk.Location)
                {
                    Hint = "a folder for nothing else, such as `/var/cache/sluice`",
                    Related = root.Location is { } place ? ("served at", place) : null,
                });
            }
        }
    }

    // There is no question that a file system answers as well as by an attempt; the file goes with its handle.
    private static bool IsWritable(string folder)
    {
        try
        {
            string path = Path.Combine(folder, $".sluice-{Guid.NewGuid():N}");
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose).Dispose();
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
