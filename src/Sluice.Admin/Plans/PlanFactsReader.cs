using System.Collections;
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Sluice.Admin.Api;
using Sluice.Config;
using Sluice.Http.Addresses;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Templates;

namespace Sluice.Admin.Plans;

/// <summary>
/// Takes a plan apart into members that can be compared by name. It looks at the records themselves, so that no member that is added to a plan can
/// be forgotten here. Numbers, words, addresses and names are shown; any other text, such as the value of a header, may be a secret, and stands as a
/// digest.
/// </summary>
/// <param name="key">
/// What digests are made with: random, at least <see cref="KeyBytesMin"/> bytes. Without it a short secret could be found by trying. Plans can be compared
/// if they were read with the same one.
/// </param>
public sealed class PlanFactsReader(byte[] key)
{
    /// <summary>The length of a key that nobody finds by trying.</summary>
    public const int KeyBytesMin = 16;

    /// <summary>What stands in place of a value that may be a secret begins with this.</summary>
    internal const string Hidden = "hidden:";

    // Deeper than any plan; a bound for a circle that nobody intends.
    private const int DepthMax = 12;

    /// <summary>The facts of a configuration without errors, in the order of its parts.</summary>
    public IReadOnlyList<PlanFacts> Read(ConfigResult loaded)
    {
        ProxyPlan plan = loaded.Plan!;
        var facts = new List<PlanFacts>();
        facts.AddRange(plan.Listeners.Select(listener => FactsOf("listener", listener.Text, listener, nameof(ListenerPlan.Text))));
        facts.AddRange(plan.Routes.Select(route => RouteFacts(route, plan)));
        facts.AddRange(plan.Upstreams.Select(upstream => FactsOf("upstream", upstream.Name, upstream, nameof(UpstreamPlan.Name))));
        PlanFacts settings = FactsOf("settings", "", plan, nameof(plan.Listeners), nameof(plan.Routes), nameof(plan.Upstreams));
        var members = new SortedDictionary<string, string>((IDictionary<string, string>)settings.Members, StringComparer.Ordinal)
        {
            ["workers"] = loaded.Config!.Workers == 0 ? "auto" : loaded.Config.Workers.ToString(),
            ["watch"] = loaded.Config.Watch ? "true" : "false",
            ["control"] = !loaded.Config.Control.IsOn ? "off" : loaded.Config.Control.SocketPath ?? "default",
        };
        facts.Add(settings with { Members = members });
        return facts;
    }

    // Limits of a route are all limits; only what it says otherwise than the plan is its own.
    private PlanFacts RouteFacts(RoutePlan route, ProxyPlan plan)
    {
        PlanFacts facts = FactsOf("route", route.Name, route, nameof(RoutePlan.Name));
        var members = new SortedDictionary<string, string>((IDictionary<string, string>)facts.Members, StringComparer.Ordinal);
        var common = new SortedDictionary<string, string>(StringComparer.Ordinal);
        AddMembers(common, "limits", plan.Limits, 0);
        foreach ((string member, string text) in common)
        {
            if (members.TryGetValue(member, out string? own) && own == text)
            {
                members.Remove(member);
            }
        }

        return facts with { Members = members };
    }

    private PlanFacts FactsOf(string kind, string name, object part, params string[] without)
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        AddProperties(members, "", part, 0, without);
        return new PlanFacts(kind, name, members);
    }

    private void AddProperties(SortedDictionary<string, string> members, string path, object record, int depth, params string[] without)
    {
        foreach (PropertyInfo property in record.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            // What can't be set follows from the others, except in the pairs of names and values.
            if ((property.CanWrite || record.GetType().IsValueType) && property.GetIndexParameters().Length == 0 && !without.Contains(property.Name))
            {
                string name = PlanWords.SnakeCase(property.Name);
                Add(members, path.Length == 0 ? name : $"{path}.{name}", property.GetValue(record), property, depth + 1);
            }
        }
    }

    private void AddMembers(SortedDictionary<string, string> members, string path, object value, int depth) =>
        AddProperties(members, path, value, depth);

    private void Add(SortedDictionary<string, string> members, string path, object? value, PropertyInfo property, int depth)
    {
        switch (value)
        {
            case null:
                return;
            case UpstreamPlan upstream:
                // It is a part of its own, and here only meant by its name; one that a route writes itself is named after its servers.
                members[path] = upstream.Name;
                return;
            case string text:
                members[path] = IsName(property) ? text : Digest(Encoding.UTF8.GetBytes(text));
                return;
            case Template template:
                members[path] = Digest(Encoding.UTF8.GetBytes(template.Text));
                return;
            case PlanList<byte> bytes:
                members[path] = Digest(bytes.Span);
                return;
            case int or long or uint or ulong or short or ushort or byte or double or float or decimal:
                members[Unit.Strip(path)] = Unit.Write(path, value);
                return;
            case bool flag:
                members[path] = flag ? "true" : "false";
                return;
            case Enum word:
                members[path] = PlanWords.SnakeCase(word.ToString());
                return;
            case HostMatch { Written: not null } host:
                members[path] = Digest(Encoding.UTF8.GetBytes(host.Text));
                return;
            case PathMatch { Written: not null } match:
                members[path] = Digest(Encoding.UTF8.GetBytes(match.Text));
                return;
            case EndPoint or IpRange or ServerAddress or HostMatch or PathMatch or TimeSpan:
                members[path] = value.ToString()!;
                return;
            case IEnumerable list:
                AddList(members, path, list, property, depth);
                return;
            default:
                AddOther(members, path, value, depth);
                return;
        }
    }

    private void AddList(SortedDictionary<string, string> members, string path, IEnumerable list, PropertyInfo property, int depth)
    {
        int index = 0;
        foreach (object? entry in list)
        {
            Add(members, $"{path}[{++index}]", entry, property, depth + 1);
        }
    }

    private void AddOther(SortedDictionary<string, string> members, string path, object value, int depth)
    {
        Type type = value.GetType();
        bool isPlan = type.Namespace?.StartsWith("Sluice.", StringComparison.Ordinal) ?? false;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>))
        {
            AddProperties(members, path, value, depth);
        }
        else if (isPlan && depth < DepthMax)
        {
            // Which kind of action or condition it is.
            members[path] = PlanWords.SnakeCase(WithoutEnding(type.Name));
            AddProperties(members, path, value, depth);
        }
        else
        {
            members[path] = Digest(Encoding.UTF8.GetBytes(value.ToString() ?? ""));
        }
    }

    // ProxyAction as "proxy": the endings are the code's, not the user's.
    private static string WithoutEnding(string name) =>
        Array.Find<string>(["Action", "Plan", "Match"], ending => name.EndsWith(ending, StringComparison.Ordinal) && name != ending) is { } ending
            ? name[..^ending.Length]
            : name;

    // Names that the operator chose for things; not values.
    private static bool IsName(PropertyInfo property) => property.Name is "Name" or "Key" or "UnixPath" or "Host" or "Header" or "KeyHeaders" or "TrustedHeaders" or "Folder";

    private string Digest(ReadOnlySpan<byte> value) => Hidden + Convert.ToHexStringLower(HMACSHA256.HashData(key, value))[..16];
}
