using Sluice.Http.Headers;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Files;

namespace Sluice.Proxy.Representations;

/// <summary>Where the content of something that is held here is read from. For the loop of one exchange at a time.</summary>
public abstract class RepresentationSource
{
    /// <summary>What goes behind the whole content where its length was not known; asked when all of it was read. Null for nothing.</summary>
    public virtual FieldTable? Trailers => null;

    /// <summary>Reads a part of the content.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="max">How much of it is wanted, at least 1; less may be returned, but not nothing before the end.</param>
    /// <returns>
    /// A loan until the next read. <see cref="BodySlice.IsLast"/> is looked at only where the length was not known. An error ends the response so that it doesn't look whole;
    /// so does an end that comes before the length is reached.
    /// </returns>
    public abstract ValueTask<BodySlice> ReadAsync(long offset, int max);

    /// <summary>Ends a pending read with an error: the client is gone.</summary>
    public virtual void Cancel()
    {
    }

    /// <summary>The file that has the content from an offset on to its end, for the kernel to send; null where there is none, or it would be no gain.</summary>
    /// <param name="offset">Within the content.</param>
    /// <param name="fileOffset">The same place within the file.</param>
    public virtual OpenedFile? FileAt(long offset, out long fileOffset)
    {
        fileOffset = 0;
        return null;
    }
}
