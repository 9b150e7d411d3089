using System.Net;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Compilation;

/// <summary>What listeners can be called by: their name, their address as it is written, or the same address written in another way.</summary>
public static class ListenerNames
{
    /// <summary>The number of the listener that is meant, or -1.</summary>
    public static int IndexOf(IReadOnlyList<ListenerConfig> listeners, string text)
    {
        for (int i = 0; i < listeners.Count; i++)
        {
            if (listeners[i].Name == text || listeners[i].Text == text)
            {
                return i;
            }
        }

        if (!ListenAddress.TryParse(text, out EndPoint? endPoint, out _))
        {
            return -1;
        }

        // Port 0 is another port each time.
        bool isUnique = endPoint is not IPEndPoint { Port: 0 };
        return isUnique ? listeners.ToList().FindIndex(listener => endPoint.Equals(listener.EndPoint)) : -1;
    }
}
