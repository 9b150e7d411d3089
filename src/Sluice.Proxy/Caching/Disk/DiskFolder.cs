using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sluice.Reactor.Files;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>The folder of the tier: its marker, its lock, and the files in it by their names. No link below it is followed. Any thread but a loop's.</summary>
/// <remarks>
/// <code>
///   sluice-cache          says that the folder is a cache's, and which version
///   temp/0000000000000001 an object that is being written; cleared at the start
///   objects/ab/cd/abcd... an object; 32 digits
/// </code>
/// The folder itself is locked (flock(2)), and not a file in it, which somebody who empties the folder would remove.
/// </remarks>
internal sealed class DiskFolder : IDisposable
{
    private const int TempNameBytes = 16;

    private static readonly byte[] MarkerName = "sluice-cache"u8.ToArray();
    private static readonly byte[] MarkerText = "sluice-cache 1\n"u8.ToArray();
    private static readonly byte[] ObjectsName = "objects"u8.ToArray();
    private static readonly byte[] TempName = "temp"u8.ToArray();

    private readonly FolderHandle _root;

    // Opened anew when somebody has emptied the folder; the old ones may still be in use and are left to the collector.
    private volatile FolderHandle _objects;
    private volatile FolderHandle _temp;

    private DiskFolder(string path, FolderHandle root, FolderHandle objects, FolderHandle temp)
    {
        Path = path;
        _root = root;
        _objects = objects;
        _temp = temp;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Opens a folder, made when it is missing, and takes it for this process alone.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="error">What is wrong with it.</param>
    public static DiskFolder? Open(string path, out string? error)
    {
        if (!TryMake(path, out error))
        {
            return null;
        }

        FolderHandle? root = FolderHandle.Open(path, out FileError failure);
        if (root is null)
        {
            error = $"{path} can't be opened: {failure}";
            return null;
        }

        error = Claim(path, root);
        FolderHandle? objects = null;
        FolderHandle? temp = null;
        if (error is null)
        {
            objects = OpenOrMake(root, ObjectsName, out failure);
            temp = objects is null ? null : OpenOrMake(root, TempName, out failure);
            error = temp is null ? $"{path} can't be used for a cache: {failure}" : null;
        }

        if (error is not null)
        {
            objects?.Dispose();
            root.Dispose();
            return null;
        }

        var folder = new DiskFolder(path, root, objects!, temp!);
        folder.ClearTemp();
        return folder;
    }

    /// <summary>What is free for this user on the file system, in bytes; -1 when that can't be found out.</summary>
    public long FreeBytes() => _root.FreeBytes();

    /// <summary>Opens the file of an object for reading, or for writing in place; null when that failed.</summary>
    public SafeFileHandle? OpenObject(UInt128 name, bool writes, out FileError error)
    {
        using FolderHandle? leaf = OpenLeaf(DiskKey.FolderOf(name), makes: false, out error);
        Span<byte> text = stackalloc byte[DiskKey.NameBytes];
        DiskKey.WriteName(name, text);
        return leaf?.OpenFile(text, writes, out error);
    }

    /// <summary>What has the name of an object; null when there is nothing, or nothing that can be reached.</summary>
    public FileStatus? StatusOf(UInt128 name)
    {
        using FolderHandle? leaf = OpenLeaf(DiskKey.FolderOf(name), makes: false, out _);
        Span<byte> text = stackalloc byte[DiskKey.NameBytes];
        DiskKey.WriteName(name, text);
        return leaf?.StatusOf(text);
    }

    /// <summary>Removes what has the name of an object, and its folder with the last one: a folder takes a block, and there may be 65,536. One thread at a time in each of the first level.</summary>
    public FileError Remove(UInt128 name)
    {
        Span<byte> text = stackalloc byte[DiskKey.NameBytes];
        DiskKey.WriteName(name, text);
        using FolderHandle? first = _objects.OpenFolder(text[..2], out FileError error);
        using FolderHandle? leaf = first?.OpenFolder(text[2..4], out error);
        if (leaf is null)
        {
            return error;
        }

        error = leaf.Remove(text);
        if (!error.HasFailed)
        {
            first!.RemoveFolder(text[2..4]);
        }

        return error;
    }

    /// <summary>Makes a file to write an object into.</summary>
    public SafeFileHandle? CreateTemp(ulong number, out FileError error)
    {
        Span<byte> text = stackalloc byte[TempNameBytes];
        WriteTempName(number, text);
        SafeFileHandle? file = _temp.CreateFile(text, out error);
        if (file is null && error.IsMissing)
        {
            Repair();
            file = _temp.CreateFile(text, out error);
        }

        return file;
    }

    /// <summary>Removes a file that an object was written into.</summary>
    public void RemoveTemp(ulong number)
    {
        Span<byte> text = stackalloc byte[TempNameBytes];
        WriteTempName(number, text);
        _temp.Remove(text);
    }

    /// <summary>Gives such a file its name, in place of what has it. Atomic: whoever opens the name gets the one or the other.</summary>
    public FileError Publish(ulong number, UInt128 name)
    {
        using FolderHandle? leaf = OpenLeaf(DiskKey.FolderOf(name), makes: true, out FileError error);
        if (leaf is null)
        {
            return error;
        }

        Span<byte> temp = stackalloc byte[TempNameBytes];
        Span<byte> text = stackalloc byte[DiskKey.NameBytes];
        WriteTempName(number, temp);
        DiskKey.WriteName(name, text);
        error = _temp.Move(temp, leaf, text);
        return error.IsOtherKind && !leaf.Remove(text).HasFailed ? _temp.Move(temp, leaf, text) : error;
    }

    /// <summary>The folders on the first level, or those in one of them; and what isn't such a folder is removed.</summary>
    /// <param name="first">0 to 255; null for the first level.</param>
    /// <param name="strangers">How many things were removed.</param>
    /// <returns>Numbers from 0 to 255, ascending.</returns>
    public List<int> ListFolders(int? first, out int strangers)
    {
        strangers = 0;
        var numbers = new List<int>();
        using FolderHandle? folder = first is { } number ? OpenPart(_objects, number, makes: false, out _) : _root.OpenFolder(ObjectsName, out _);
        var names = new List<byte[]>();
        folder?.List(names);
        foreach (byte[] name in names)
        {
            if (name.Length == 2 && DiskKey.IsNumber(name) && folder!.StatusOf(name) is { IsFolder: true })
            {
                numbers.Add(int.Parse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            }
            else if (!folder!.Remove(name).HasFailed)
            {
                strangers++;
            }
        }

        numbers.Sort();
        return numbers;
    }

    /// <summary>The objects in a folder, by their names; and what has no such name is removed.</summary>
    /// <param name="number">The folder, 0 to 65,535.</param>
    /// <param name="strangers">How many things were removed.</param>
    public List<UInt128> ListObjects(int number, out int strangers)
    {
        strangers = 0;
        var objects = new List<UInt128>();
        using FolderHandle? leaf = OpenLeaf(number, makes: false, out _);
        var names = new List<byte[]>();
        leaf?.List(names);
        foreach (byte[] text in names)
        {
            if (DiskKey.TryReadName(text, out UInt128 name) && DiskKey.FolderOf(name) == number)
            {
                objects.Add(name);
            }
            else if (!leaf!.Remove(text).HasFailed)
            {
                strangers++;
            }
        }

        return objects;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _temp.Dispose();
        _objects.Dispose();
        _root.Dispose();
    }

    private static bool TryMake(string path, [NotNullWhen(false)] out string? error)
    {
        try
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            error = null;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            error = $"{path} can't be made: {exception.Message}";
            return false;
        }
    }

    // What is wrong; null when it is ours.
    private static string? Claim(string path, FolderHandle root)
    {
        if (root.Lock() is { HasFailed: true } failure)
        {
            return $"{path} can't be locked; another process may be using it as its cache: {failure}";
        }

        using SafeFileHandle? marker = root.OpenFile(MarkerName, writes: false, out FileError error);
        if (marker is not null)
        {
            Span<byte> text = stackalloc byte[MarkerText.Length];
            int read = FileContent.Read(marker, text, 0);
            return read == text.Length && text.SequenceEqual(MarkerText) ? null : $"{path} is no cache of this version: its file sluice-cache says something else";
        }

        if (!error.IsMissing)
        {
            return $"{path} can't be used for a cache: its file sluice-cache can't be read: {error}";
        }

        var names = new List<byte[]>();
        error = root.List(names);
        if (error.HasFailed || names.Any(static name => !name.AsSpan().SequenceEqual("lost+found"u8)))
        {
            // Everything that is strange is removed from a cache's folder: that must not happen to a folder that was meant for something else.
            return error.HasFailed ? $"{path} can't be read: {error}" : $"{path} has other files in it, and is no cache: name an empty folder, or one that isn't there yet";
        }

        error = WriteMarker(root);
        return error.HasFailed ? $"{path} can't be used for a cache: {error}" : null;
    }

    private static FileError WriteMarker(FolderHandle root)
    {
        using SafeFileHandle? marker = root.CreateFile(MarkerName, out FileError error);
        return marker is null ? error : FileContent.Write(marker, MarkerText, 0);
    }

    private static FolderHandle? OpenOrMake(FolderHandle parent, ReadOnlySpan<byte> name, out FileError error)
    {
        FolderHandle? folder = parent.OpenFolder(name, out error);
        if (folder is not null || (!error.IsMissing && (!error.IsOtherKind || parent.Remove(name).HasFailed)))
        {
            return folder;
        }

        error = parent.MakeFolder(name);
        return error.HasFailed && !error.IsExisting ? null : parent.OpenFolder(name, out error);
    }

    private static FolderHandle? OpenPart(FolderHandle parent, int number, bool makes, out FileError error)
    {
        Span<byte> name = stackalloc byte[2];
        number.TryFormat(name, out _, "x2", CultureInfo.InvariantCulture);
        return makes ? OpenOrMake(parent, name, out error) : parent.OpenFolder(name, out error);
    }

    private static void WriteTempName(ulong number, Span<byte> name) => number.TryFormat(name, out _, "x16", CultureInfo.InvariantCulture);

    private FolderHandle? OpenLeaf(int folder, bool makes, out FileError error)
    {
        using FolderHandle? first = OpenPart(_objects, folder >> 8, makes, out error);
        return first is null ? null : OpenPart(first, folder & 0xFF, makes, out error);
    }

    // Somebody has emptied the folder: it is used anew.
    private void Repair()
    {
        using (SafeFileHandle? marker = _root.OpenFile(MarkerName, writes: false, out FileError error))
        {
            if (marker is null && error.IsMissing)
            {
                WriteMarker(_root);
            }
        }

        if (OpenOrMake(_root, ObjectsName, out _) is { } objects)
        {
            _objects = objects;
        }

        if (OpenOrMake(_root, TempName, out _) is { } temp)
        {
            _temp = temp;
        }
    }

    private void ClearTemp()
    {
        var names = new List<byte[]>();
        using FolderHandle? temp = _root.OpenFolder(TempName, out _);
        temp?.List(names);
        names.ForEach(name => temp!.Remove(name));
    }
}
