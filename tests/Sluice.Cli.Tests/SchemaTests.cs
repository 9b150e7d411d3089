using System.Text.Json;

namespace Sluice.Cli.Tests;

public sealed class SchemaTests
{
    [Fact]
    public async Task Schema_Asked_IsPrintedAsJson()
    {
        ProcessResult result = await SluiceProcess.RunAsync("schema");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using JsonDocument schema = JsonDocument.Parse(result.Output);
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
    }
}
