using System.Text;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Loading;

/// <summary>Reads the files of pages into a configuration. Each is read once, and its page is then one and the same for all who name it.</summary>
internal sealed class PageFiles
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly DiagnosticBag _diagnostics;
    private readonly Action<string> _touched;
    private readonly Dictionary<string, TemplateConfig?> _known = new(StringComparer.Ordinal);

    private PageFiles(DiagnosticBag diagnostics, Action<string> touched)
    {
        _diagnostics = diagnostics;
        _touched = touched;
    }

    /// <summary>The configuration with the texts of its pages.</summary>
    /// <param name="config">As it was written.</param>
    /// <param name="diagnostics">Gets what is wrong.</param>
    /// <param name="touched">Gets the full path of each file that is looked for.</param>
    internal static SluiceConfig Read(SluiceConfig config, DiagnosticBag diagnostics, Action<string> touched)
    {
        var files = new PageFiles(diagnostics, touched);
        return config with
        {
            Routes = [.. config.Routes.Select(route => route with { Settings = files.Read(route.Settings) })],
            Policies = [.. config.Policies.Select(policy => policy with { Settings = files.Read(policy.Settings) })],
            Defaults = config.Defaults with { Routes = files.Read(config.Defaults.Routes) },
        };
    }

    private RouteSettingsConfig Read(RouteSettingsConfig settings)
    {
        if (settings.Maintenance is null && settings.ErrorPages is null)
        {
            return settings;
        }

        return settings with
        {
            Maintenance = settings.Maintenance is { } maintenance ? maintenance with { Page = Read(maintenance.Page) } : null,
            ErrorPages = settings.ErrorPages is { } pages ? pages with { Layers = [.. pages.Layers.Select(Read)] } : null,
        };
    }

    private IReadOnlyList<ErrorPageConfig> Read(IReadOnlyList<ErrorPageConfig> pages) => [.. pages.Select(page => page with { Page = Read(page.Page) })];

    private PageConfig Read(PageConfig page)
    {
        if (page.File is null || page.Body is not null)
        {
            return page;
        }

        string path = Path.GetFullPath(page.File.Replace('\0', ' '), page.FileLocation?.Source.Folder ?? Environment.CurrentDirectory);
        if (!_known.TryGetValue(path, out TemplateConfig? body))
        {
            body = ReadFile(path, page);
            _known.Add(path, body);
        }

        return page with { Body = body };
    }

    private TemplateConfig? ReadFile(string path, PageConfig page)
    {
        string? text = ReadText(path, out string reason);
        if (text is null)
        {
            _diagnostics.Add(DiagnosticCodes.UnreadablePage, $"can't read `{page.File}`: {reason}", page.FileLocation);
            return null;
        }

        if (Template.TryParse(text, TemplateScope.Response, TemplateSyntax.Content, out Template? template, out TemplateProblem? problem))
        {
            return new TemplateConfig(template, page.FileLocation);
        }

        int line = text.AsSpan(0, problem.Offset).Count('\n') + 1;
        DiagnosticCode code = problem.UnknownName is null ? DiagnosticCodes.InvalidTemplate : DiagnosticCodes.UnknownVariable;
        _diagnostics.Add(new Diagnostic(code, $"`{page.File}`, line {line}: {problem.Message}", page.FileLocation)
        {
            Hint = problem.Hint,
            ValidHere = problem.UnknownName is null ? [] : [.. TemplateVariables.NamesIn(TemplateScope.Response)],
        });
        return null;
    }

    private string? ReadText(string path, out string reason)
    {
        reason = "";
        try
        {
            _touched(path);
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var content = new byte[PagePlan.BytesMax + 1];
            int length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (length > PagePlan.BytesMax)
            {
                reason = "it is larger than 1 MiB";
                return null;
            }

            ReadOnlySpan<byte> text = content.AsSpan(0, length);
            return StrictUtf8.GetString(text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text);
        }
        catch (DecoderFallbackException)
        {
            reason = "it is not UTF-8";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            reason = Yaml.SourceReader.ReasonOf(path, exception);
        }

        return null;
    }
}
