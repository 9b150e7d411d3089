namespace Sluice.Load.Reload;

/// <summary>Everything that a reload could break, each counted by itself.</summary>
internal enum FailureKind
{
    /// <summary>wrk could not connect.</summary>
    KeepAliveConnect,

    /// <summary>A connection of wrk ended inside of a response, or before one that it waited for.</summary>
    KeepAliveRead,

    /// <summary>wrk could not send a request.</summary>
    KeepAliveWrite,

    /// <summary>wrk had no response within 5 s.</summary>
    KeepAliveTimeout,

    /// <summary>wrk was answered with a status of 400 or above.</summary>
    KeepAliveStatus,

    /// <summary>A new connection was refused.</summary>
    NewConnect,

    /// <summary>A new connection ended before the whole response was there.</summary>
    NewBroken,

    /// <summary>A request on a new connection was answered with another status than 200.</summary>
    NewStatus,

    /// <summary>The content on a new connection was not the origin's.</summary>
    NewMismatch,

    /// <summary>A request on a new connection took longer than 5 s.</summary>
    NewTimeout,

    /// <summary>A WebSocket could not be opened.</summary>
    WebSocketHandshake,

    /// <summary>An open WebSocket was closed or reset, or did not close as RFC 6455, section 7.1.2, says.</summary>
    WebSocketClosed,

    /// <summary>An echo was not the message that was sent.</summary>
    WebSocketMismatch,

    /// <summary>An echo took longer than 5 s.</summary>
    WebSocketTimeout,

    /// <summary>A download did not begin with a 200.</summary>
    DownloadRefused,

    /// <summary>A download ended before its last byte.</summary>
    DownloadTruncated,

    /// <summary>The bytes of a download have another hash than the file.</summary>
    DownloadMismatch,

    /// <summary>A download stood still for 10 s.</summary>
    DownloadTimeout,

    /// <summary>A valid generation was not served, or not all that it changed, within the time for it.</summary>
    ReloadNotSeen,

    /// <summary>An invalid generation was not refused within the time for it.</summary>
    ReloadNotRefused,

    /// <summary>An invalid generation changed what is served.</summary>
    ReloadWronglyTaken,

    /// <summary>The question which generation is served was not answered.</summary>
    ReloadProbe,
}
