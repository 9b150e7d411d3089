using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Upstreams;

/// <summary>The HTTP/2 connections of a pool. Few, since each carries many requests at once.</summary>
internal sealed class Http2UpstreamSet
{
    private readonly List<Http2UpstreamConnection> _connections = new(0);

    /// <summary>Connections that no request is on.</summary>
    public int IdleCount
    {
        get
        {
            int count = 0;
            foreach (Http2UpstreamConnection connection in _connections)
            {
                count += connection.IsUnused ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>Whether there is a connection that takes requests, if not at the moment.</summary>
    public bool HasUsable
    {
        get
        {
            foreach (Http2UpstreamConnection connection in _connections)
            {
                if (connection.TakesRequests)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether the server holds requests back on a connection: on another one it would do so, too.</summary>
    public bool IsHeldBack
    {
        get
        {
            foreach (Http2UpstreamConnection connection in _connections)
            {
                if (connection.IsHeldBack)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Adds a connection that begins.</summary>
    public void Add(Http2UpstreamConnection connection) => _connections.Add(connection);

    /// <summary>Removes one that was closed.</summary>
    public void Remove(Http2UpstreamConnection connection) => _connections.Remove(connection);

    /// <summary>A stream on the connection with the fewest; null when all are full, or there is none.</summary>
    /// <param name="exchange">Who wants it: not on the connection that refused it, and after the end of one that had been used only on one that hasn't; null for anybody.</param>
    public UpstreamStream? TryRent(Exchange? exchange)
    {
        Http2UpstreamConnection? best = null;
        foreach (Http2UpstreamConnection connection in _connections)
        {
            bool isMeant = exchange is null
                || (!ReferenceEquals(connection, exchange.RefusedBy) && (!exchange.ReuseFailed || !connection.WasUsed));
            if (isMeant && connection.HasRoom && (best is null || connection.ActiveCount < best.ActiveCount))
            {
                best = connection;
            }
        }

        return best?.Rent();
    }

    /// <summary>Closes a connection that no request is on; false when there is none.</summary>
    public bool CloseOneIdle()
    {
        foreach (Http2UpstreamConnection connection in _connections)
        {
            if (connection.IsUnused)
            {
                connection.Close();
                return true;
            }
        }

        return false;
    }

    /// <summary>Closes all that no request is on.</summary>
    public void CloseIdle()
    {
        for (int i = _connections.Count - 1; i >= 0; i = Math.Min(i, _connections.Count) - 1)
        {
            if (_connections[i].IsUnused)
            {
                _connections[i].Close();
            }
        }
    }

    /// <summary>How long connections may be idle has changed.</summary>
    public void AdjustIdle()
    {
        foreach (Http2UpstreamConnection connection in _connections)
        {
            connection.AdjustIdle();
        }
    }

    /// <summary>Closes all that no request is on, and has the others close when their last one ends.</summary>
    public void Retire()
    {
        // From the last to the first, since one that closes leaves the list; and others with it, where the end of one request is that of another.
        for (int i = _connections.Count - 1; i >= 0; i = Math.Min(i, _connections.Count) - 1)
        {
            _connections[i].Retire();
        }
    }

    /// <summary>Closes all at once.</summary>
    public void Abort()
    {
        for (int i = _connections.Count - 1; i >= 0; i = Math.Min(i, _connections.Count) - 1)
        {
            _connections[i].Close();
        }
    }
}
