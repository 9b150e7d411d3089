namespace Sluice.Reactor.Buffers;

/// <summary>The sizes of buffers that a pool keeps.</summary>
public enum BufferSize
{
    /// <summary>1 KiB: heads of most messages where many are kept at once.</summary>
    Tiny,

    /// <summary>4 KiB: heads of most messages.</summary>
    Small,

    /// <summary>32 KiB: content on its way, and larger heads.</summary>
    Medium,

    /// <summary>128 KiB: the largest heads, and bulk transfers between fast peers.</summary>
    Large,
}
