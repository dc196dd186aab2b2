using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Project38.Core.Tools;
using Project38.Core.Tools.Llm;

namespace Project38.Core.Tests.Tools.Llm;

public sealed class AnswerSchemaTests
{
    private const string Offer = """
        {"type": "object", "properties": {
            "price": {"type": ["number", "null"]}, "tags": {"type": "array", "items": {"type": "string"}},
            "kind": {"type": "string", "enum": ["new", "used"]}, "count": {"type": "integer"}}}
        """;

    [Fact]
    public void ForModel_AsksForEveryPropertyAndNoOther()
    {
        var schema = AnswerSchema.Read(
            JsonElement.Parse(
                """{"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string", "description": "b"}}}}"""
            )
        );

        JsonNode
            .DeepEquals(
                JsonNode.Parse(schema.ForModel().GetRawText()),
                JsonNode.Parse(
                    """
                    {"type": "object", "required": ["answer"], "additionalProperties": false, "properties": {"answer":
                        {"type": "array", "items": {"type": "object", "required": ["a"], "additionalProperties": false,
                            "properties": {"a": {"type": "string", "description": "b"}}}}}}
                    """
                )
            )
            .ShouldBeTrue(schema.ForModel().GetRawText());
    }

    [Theory]
    [InlineData("""{"price": 1.5, "tags": ["a"], "kind": "new", "count": 2}""", null)]
    [InlineData("""{"price": null, "tags": [], "kind": "used", "count": 2.0}""", null)]
    [InlineData("""{"price": "1.5", "tags": [], "kind": "new", "count": 2}""", "'answer.price' is no number or null")]
    [InlineData("""{"price": 1, "tags": ["a", 1], "kind": "new", "count": 2}""", "'answer.tags[1]' is no string")]
    [InlineData("""{"price": 1, "tags": [], "kind": "old", "count": 2}""", "'answer.kind' is none of those in 'enum'")]
    [InlineData("""{"price": 1, "tags": [], "kind": "new", "count": 2.5}""", "'answer.count' is no integer")]
    [InlineData("""{"price": 1, "tags": [], "kind": "new"}""", "'answer.count' is missing")]
    [InlineData("""{"price": 1e999, "tags": [], "kind": "new", "count": 2}""", "'answer.price' is no number or null")]
    [InlineData("""{"price": 1, "tags": [], "kind": "new", "count": 2, "x": 1}""", "'answer' has 'x'")]
    [InlineData("""[]""", "'answer' is no object")]
    public void Fault_SaysWhatIsWrong(string answer, string? fault)
    {
        var found = AnswerSchema.Read(JsonElement.Parse(Offer)).Fault(JsonElement.Parse(answer));

        if (fault is null)
        {
            found.ShouldBeNull();
        }
        else
        {
            found.ShouldNotBeNull().ShouldStartWith(fault);
        }
    }

    [Theory]
    [InlineData("{}", "'schema' needs a 'type'")]
    [InlineData("""{"type": "text"}""", "'schema' needs a 'type'")]
    [InlineData("""{"type": ["string", "number"]}""", "'schema' needs a 'type'")]
    [InlineData("""{"type": ["string", 1]}""", "'schema' needs a 'type'")]
    [InlineData("""{"type": "array"}""", "needs 'items'")]
    [InlineData("""{"type": "array", "items": 1}""", "'schema.items' is no schema")]
    [InlineData("""{"type": "string", "pattern": "(a+)+$"}""", "'pattern', which is not understood")]
    [InlineData("""{"type": "string", "enum": []}""", "'enum', which is not understood")]
    [InlineData("""{"type": "object", "properties": []}""", "'properties', which is not understood")]
    [InlineData(
        """{"type": "object", "additionalProperties": true}""",
        "'additionalProperties', which is not understood"
    )]
    [InlineData("""{"$ref": "#", "type": "object"}""", "'$ref', which is not understood")]
    [InlineData("""{"type": "object", "properties": {"a": {"type": "string"}}, "required": []}""", "all properties")]
    public void Read_RefusesWhatNoProviderKeepsTo_AndSaysWhat(string schema, string why) =>
        Should.Throw<ToolException>(() => AnswerSchema.Read(JsonElement.Parse(schema))).Message.ShouldContain(why);

    [Fact]
    public void Fault_FindsANumber_ThatNoProgramHas() =>
        AnswerSchema
            .Read(JsonElement.Parse("""{"type": "number"}"""))
            .Fault(JsonElement.Parse(new string('9', 5000)))
            .ShouldBe("'answer' is no number");

    [Fact]
    public void Read_RefusesWhatIsTooDeepOrTooLarge()
    {
        var deep =
            string.Concat(Enumerable.Repeat("""{"type":"array","items":""", 30))
            + """{"type":"null"}"""
            + new string('}', 30);
        var large = $$"""{"type": "string", "description": "{{new string('x', 17_000)}}"}""";

        Should.Throw<ToolException>(() => AnswerSchema.Read(JsonElement.Parse(deep))).Message.ShouldContain("8 levels");
        Should.Throw<ToolException>(() => AnswerSchema.Read(JsonElement.Parse(large))).Message.ShouldContain("16 KB");
    }

    // Whatever it is given, it says what is wrong or reads it; and what was made by a schema is of it.
    [Fact]
    public void Fault_FindsNothing_InWhatWasMadeByTheSchema() =>
        Schemas(3)
            .Sample(made =>
            {
                var schema = AnswerSchema.Read(JsonElement.Parse(made.Schema));
                schema.Fault(JsonElement.Parse(made.Value)).ShouldBeNull(made.ToString());
                schema.Fault(JsonElement.Parse("""{"of no schema": 1}""")).ShouldNotBeNull();
            });

    private static Gen<(string Schema, string Value)> Schemas(int depth)
    {
        var simple = Gen.OneOf(
            Gen.String.Select(text => ("""{"type":"string"}""", JsonSerializer.Serialize(text.Replace("\0", "")))),
            Gen.Int.Select(number => ("""{"type":"integer"}""", $"{number}")),
            Gen.Bool.Select(yes => ("""{"type":["boolean","null"]}""", yes ? "true" : "null")),
            Gen.Double[-1e9, 1e9].Select(number => ("""{"type":"number"}""", JsonSerializer.Serialize(number)))
        );
        return depth == 0
            ? simple
            : Gen.OneOf(
                simple,
                Schemas(depth - 1)
                    .Select(item => ($$"""{"type":"array","items":{{item.Schema}}}""", $"[{item.Value},{item.Value}]")),
                Schemas(depth - 1)
                    .Array[0, 3]
                    .Select(items =>
                        (
                            """{"type":"object","properties":""" + Joined(items.Select(item => item.Schema)) + "}",
                            Joined(items.Select(item => item.Value))
                        )
                    )
            );
    }

    private static string Joined(IEnumerable<string> values) =>
        "{" + string.Join(',', values.Select((value, place) => $"\"p{place}\":{value}")) + "}";
}
