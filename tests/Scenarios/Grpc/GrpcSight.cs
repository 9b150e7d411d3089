using System.Text.Json;

namespace Sluice.Scenarios.Grpc;

/// <summary>What a client of gRPC saw of a call.</summary>
/// <param name="Json">Its own words.</param>
internal sealed record GrpcSight(JsonElement Json)
{
    /// <summary>The status by its name, such as <c>OK</c>.</summary>
    internal string Code => Text("code");

    /// <summary>The status in words.</summary>
    internal string Details => Text("details");

    /// <summary>The only message of the server's.</summary>
    internal string Reply => Text("reply");

    /// <summary>The messages of the server's.</summary>
    internal string[] Replies => List("replies");

    /// <summary>The metadata before the messages, as <c>name: value</c>; in base64 where it is binary.</summary>
    internal string[] First => List("first");

    /// <summary>The metadata behind them.</summary>
    internal string[] Last => List("last");

    /// <summary>A list of texts.</summary>
    internal string[] List(string name) => [.. Json.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];

    /// <summary>A number.</summary>
    internal int Number(string name) => Json.GetProperty(name).GetInt32();

    private string Text(string name) => Json.GetProperty(name).GetString()!;
}
