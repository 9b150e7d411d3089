namespace Sluice.Certificates.Storage;

/// <summary>
/// What a lock file held when somebody looked. The time of the file belongs to it: it tells two files apart that hold nothing yet.
/// </summary>
/// <param name="Bytes">What was written to it.</param>
/// <param name="WrittenAt">When, by the clock of the file system; compared for equality alone.</param>
internal sealed record LockContent(byte[] Bytes, DateTime WrittenAt)
{
    /// <summary>Whether both times it was the same file, with nothing written to it in between.</summary>
    public bool IsSameAs(LockContent other) => WrittenAt == other.WrittenAt && Bytes.AsSpan().SequenceEqual(other.Bytes);
}
