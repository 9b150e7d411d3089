using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sluice.Config.Tests.JsonSchemas;

/// <summary>Checks values against a JSON Schema with the keywords that ours uses (draft 2020-12); any other keyword is a bug.</summary>
internal sealed class SchemaValidator(JsonObject root)
{
    /// <summary>What is wrong with a value: its path and the keyword that it breaks; empty when it is valid.</summary>
    internal IReadOnlyList<string> Check(JsonNode? value)
    {
        var problems = new List<string>();
        Check(root, value, "", problems);
        return problems;
    }

    private bool IsValid(JsonNode? schema, JsonNode? value)
    {
        var problems = new List<string>();
        Check(schema!.AsObject(), value, "", problems);
        return problems.Count == 0;
    }

    private void Check(JsonObject schema, JsonNode? value, string path, List<string> problems)
    {
        foreach ((string keyword, JsonNode? operand) in schema)
        {
            if (!Holds(keyword, operand!, schema, value, path, problems))
            {
                problems.Add($"{path}: {keyword}");
            }
        }
    }

    private bool Holds(string keyword, JsonNode operand, JsonObject schema, JsonNode? value, string path, List<string> problems)
    {
        switch (keyword)
        {
            case "$schema" or "$comment" or "$defs" or "title" or "description" or "default":
                return true;
            case "$ref":
                Check(Find(operand.GetValue<string>()), value, path, problems);
                return true;
            case "properties" or "additionalProperties" or "propertyNames":
                CheckMembers(keyword, operand, schema, value, path, problems);
                return true;
            case "items" when value is JsonArray list:
                CheckItems(operand, list, path, problems);
                return true;
            case "anyOf":
                return operand.AsArray().Any(form => IsValid(form, value));
            case "oneOf":
                return operand.AsArray().Count(form => IsValid(form, value)) == 1;
            case "not":
                return !IsValid(operand, value);
            default:
                return HoldsOfValue(keyword, operand, value);
        }
    }

    private static bool HoldsOfValue(string keyword, JsonNode operand, JsonNode? value) => keyword switch
    {
        "type" => operand is JsonArray types ? types.Any(type => IsOfType(type!, value)) : IsOfType(operand, value),
        "enum" => operand.AsArray().Any(word => JsonNode.DeepEquals(word, value)),
        "const" => JsonNode.DeepEquals(operand, value),
        "pattern" => KindOf(value) != JsonValueKind.String
            || Regex.IsMatch(value!.GetValue<string>(), operand.GetValue<string>(), RegexOptions.ECMAScript, TimeSpan.FromSeconds(5)),
        "required" => value is not JsonObject mapping || operand.AsArray().All(key => mapping.ContainsKey(key!.GetValue<string>())),
        "minItems" => value is not JsonArray list || list.Count >= operand.GetValue<int>(),
        "items" => true,
        "minimum" => KindOf(value) != JsonValueKind.Number || NumberOf(value!) >= NumberOf(operand),
        "maximum" => KindOf(value) != JsonValueKind.Number || NumberOf(value!) <= NumberOf(operand),
        _ => throw new NotSupportedException($"the keyword `{keyword}`"),
    };

    private void CheckMembers(string keyword, JsonNode operand, JsonObject schema, JsonNode? value, string path, List<string> problems)
    {
        foreach ((string key, JsonNode? member) in value as JsonObject ?? [])
        {
            JsonNode? known = (schema["properties"] as JsonObject)?[key];
            string place = $"{path}/{key}";
            if (keyword == "propertyNames")
            {
                Check(operand.AsObject(), JsonValue.Create(key), place, problems);
            }
            else if (keyword == "properties" && known is not null)
            {
                Check(known.AsObject(), member, place, problems);
            }
            else if (keyword == "additionalProperties" && known is null && operand is JsonObject other)
            {
                Check(other, member, place, problems);
            }
            else if (keyword == "additionalProperties" && known is null)
            {
                problems.Add($"{place}: additionalProperties");
            }
        }
    }

    private void CheckItems(JsonNode operand, JsonArray list, string path, List<string> problems)
    {
        for (int i = 0; i < list.Count; i++)
        {
            Check(operand.AsObject(), list[i], $"{path}/{i}", problems);
        }
    }

    private JsonObject Find(string reference)
    {
        JsonNode? found = root;
        foreach (string name in reference.Split('/').Skip(1))
        {
            found = found?[name];
        }

        return found?.AsObject() ?? throw new InvalidOperationException($"There is no {reference}.");
    }

    private static bool IsOfType(JsonNode type, JsonNode? value) => (type.GetValue<string>(), KindOf(value)) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) or ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => decimal.IsInteger(NumberOf(value!)),
        _ => false,
    };

    private static JsonValueKind KindOf(JsonNode? value) => value?.GetValueKind() ?? JsonValueKind.Null;

    private static decimal NumberOf(JsonNode value) => decimal.Parse(value.ToJsonString(), System.Globalization.NumberStyles.Float);
}
