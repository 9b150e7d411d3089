using Sluice.Certificates.Programs;

namespace Sluice.Certificates.Trust;

/// <summary>The system's store: curl, wget, git and most programs that aren't browsers go by it.</summary>
/// <param name="places">Where to look.</param>
internal sealed class SystemTrustStore(TrustPlaces places) : ITrustStore
{
    private const string Name = "system";
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public async Task<TrustResult> InstallAsync(TrustedRoot root, CancellationToken ct)
    {
        if (FindKind() is not { } kind)
        {
            return Failed("no store of a known kind is there: install the package ca-certificates, or add the root by hand");
        }

        string path = PathOf(kind, root);
        try
        {
            if (File.Exists(path) && await File.ReadAllTextAsync(path, ct) == root.Pem)
            {
                return new TrustResult(Name, TrustOutcome.AlreadyInstalled, path);
            }

            await File.WriteAllTextAsync(path, root.Pem, ct);
            File.SetUnixFileMode(path, Readable);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Refused(exception);
        }

        if (await UpdateAsync(kind, ct) is not { } problem)
        {
            return new TrustResult(Name, TrustOutcome.Installed, path);
        }

        // As it was before: otherwise it would be trusted some day, when something else has the store brought up to date.
        File.Delete(path);
        return Failed(problem);
    }

    /// <inheritdoc/>
    public async Task<TrustResult> RemoveAsync(TrustedRoot root, CancellationToken ct)
    {
        if (FindKind() is not { } kind || !File.Exists(PathOf(kind, root)))
        {
            return new TrustResult(Name, TrustOutcome.NotInstalled, "");
        }

        string path = PathOf(kind, root);
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Refused(exception);
        }

        if (await UpdateAsync(kind, ct) is not { } problem)
        {
            return new TrustResult(Name, TrustOutcome.Removed, path);
        }

        // As it was before: otherwise the next attempt would find nothing to remove.
        await File.WriteAllTextAsync(path, root.Pem, ct);
        return Failed(problem);
    }

    private static TrustResult Failed(string detail) => new(Name, TrustOutcome.Failed, detail);

    private static TrustResult Refused(Exception exception) => Failed(
        exception is UnauthorizedAccessException ? $"{exception.Message.TrimEnd('.')}: run this as root" : exception.Message);

    private SystemStoreKind? FindKind() =>
        SystemStoreKind.All.FirstOrDefault(kind => Directory.Exists(FolderOf(kind)) && places.FindProgram(kind.Program) is not null);

    private string FolderOf(SystemStoreKind kind) => Path.Combine(places.SystemRoot, kind.Folder);

    private string PathOf(SystemStoreKind kind, TrustedRoot root) => Path.Combine(FolderOf(kind), $"sluice-local-{root.Mark}{kind.Extension}");

    private async Task<string?> UpdateAsync(SystemStoreKind kind, CancellationToken ct)
    {
        string program = places.FindProgram(kind.Program)!;
        ProgramRun run = await ProgramRun.RunAsync(new ProgramCall(program, kind.Arguments) { TimeLimit = TimeLimit }, TimeProvider.System, ct);
        return run.Problem is null ? null : $"{program} {run.Problem}: {SecretText.Clean(run.Output, [])}";
    }
}
