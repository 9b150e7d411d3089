using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Sockets;

/// <summary>A step of a script didn't go as written; the message ends with the transcript of all sides.</summary>
public sealed class ScriptException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected and what came.</param>
    /// <param name="transcript">What happened before.</param>
    public ScriptException(string message, Transcript transcript)
        : base($"{message}\n\nTranscript:\n{transcript}")
    {
    }
}
