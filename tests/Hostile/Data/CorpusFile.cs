using System.Globalization;
using System.Reflection;
using Sluice.Proxy.Plans;

namespace Sluice.Hostile.Data;

/// <summary>
/// A file of the corpus. Lines begin with: <c>#</c> a comment; <c>limits NAME=NUMBER …</c> of <see cref="ProxyLimits"/> for the whole file;
/// <c>case ID TITLE</c>; and for a case <c>|</c> a line that is sent with CRLF, <c>&gt;</c> bytes that are sent as they are, <c>!</c>
/// <c>shutdown</c>, <c>reset</c>, <c>read</c>, <c>arrived</c>, <c>begun</c>, <c>pause MS</c> or <c>drip MS TEXT</c>, <c>request</c> what an
/// upstream's response answers, <c>=</c> what must come of it (<see cref="ExpectationText"/>), <c>^</c> what the upstream must see
/// (<see cref="UpstreamCheck"/>). <see
/// cref="CorpusText"/> says how bytes are written.
/// </summary>
internal sealed class CorpusFile
{
    private readonly List<HostileCase> _cases = [];
    private readonly List<CaseStep> _steps = [];
    private readonly List<UpstreamCheck> _checks = [];
    private HostileCase? _current;

    private CorpusFile(string name) => Name = name;

    /// <summary>The name of the file without its ending.</summary>
    internal string Name { get; }

    /// <summary>The limits its cases run with.</summary>
    internal ProxyLimits Limits { get; private set; } = new();

    /// <summary>Its cases in order.</summary>
    internal IReadOnlyList<HostileCase> Cases => _cases;

    /// <summary>Reads a file of the corpus.</summary>
    internal static CorpusFile Load(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Corpus", name + ".txt");
        var file = new CorpusFile(name);
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            try
            {
                file.Read(line);
            }
            catch (Exception exception)
            {
                throw new FormatException($"{name}.txt({number}): {exception.Message}: {line}", exception);
            }
        }

        file.EndCase();
        return file;
    }

    private void Read(string line)
    {
        string[] words = line.Split(' ', 2);
        string rest = words.Length == 2 ? words[1] : "";
        switch (words[0])
        {
            case "" or "#":
                break;
            case "limits":
                ReadLimits(rest);
                break;
            case "case":
                BeginCase(rest);
                break;
            case "|":
                _steps.Add(new CaseStep(StepKind.Send, [.. CorpusText.Decode(rest), (byte)'\r', (byte)'\n']));
                break;
            case ">":
                _steps.Add(new CaseStep(StepKind.Send, CorpusText.Decode(rest)));
                break;
            case "!":
                _steps.Add(ReadAction(rest));
                break;
            case "request":
                _current = _current! with { Request = rest };
                break;
            case "=":
                _current = _current! with { Expect = ExpectationText.Parse(rest) };
                break;
            case "^":
                string[] check = rest.Split(' ', 2);
                _checks.Add(new UpstreamCheck(check[0], check.Length == 2 ? check[1] : ""));
                break;
            default:
                throw new FormatException("Unknown line");
        }
    }

    private static CaseStep ReadAction(string text)
    {
        string[] words = text.Split(' ', 3);
        return words[0] switch
        {
            "shutdown" => new CaseStep(StepKind.Shutdown, []),
            "reset" => new CaseStep(StepKind.Reset, []),
            "read" => new CaseStep(StepKind.Read, []),
            "arrived" => new CaseStep(StepKind.Arrival, []),
            "begun" => new CaseStep(StepKind.Begin, []),
            "pause" => new CaseStep(StepKind.Pause, [], int.Parse(words[1], CultureInfo.InvariantCulture)),
            "drip" => new CaseStep(StepKind.Drip, CorpusText.Decode(words[2]), int.Parse(words[1], CultureInfo.InvariantCulture)),
            _ => throw new FormatException("Unknown action"),
        };
    }

    private void ReadLimits(string text)
    {
        foreach (string pair in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=');
            PropertyInfo property = typeof(ProxyLimits).GetProperty(parts[0])
                ?? throw new FormatException($"No limit is called {parts[0]}");
            property.SetValue(Limits, Convert.ChangeType(parts[1], property.PropertyType, CultureInfo.InvariantCulture));
        }
    }

    private void BeginCase(string text)
    {
        EndCase();
        string[] words = text.Split(' ', 2);
        _current = new HostileCase { Id = words[0], Title = words[1], Steps = [], Expect = ExpectationText.Parse("400") };
    }

    private void EndCase()
    {
        if (_current is not null)
        {
            _cases.Add(_current with { Steps = [.. _steps], UpstreamChecks = [.. _checks] });
        }

        _current = null;
        _steps.Clear();
        _checks.Clear();
    }
}
