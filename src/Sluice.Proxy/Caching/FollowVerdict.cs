namespace Sluice.Proxy.Caching;

/// <summary>What a fetch was to a request that waited for it.</summary>
internal enum FollowVerdict
{
    /// <summary>The request is answered, or has failed.</summary>
    Answered = 0,

    /// <summary>It was for something else, or came to nothing: the request looks again.</summary>
    LookAgain,

    /// <summary>The request goes to a server by itself.</summary>
    GoAlone,
}
