using System.Net.Http.Headers;
using System.Text.Json;

namespace Project38.Server.Tests;

/// <summary>An answer over HTTP, read to its end.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Type">The media type; null without a body.</param>
/// <param name="Text">The body as it came.</param>
/// <param name="Headers">All headers but those of the body.</param>
internal sealed record Answer(int Status, string? Type, string Text, HttpResponseHeaders Headers)
{
    /// <summary>The body's JSON.</summary>
    public JsonElement Body => JsonElement.Parse(Text);

    /// <summary>The <c>detail</c> of a problem.</summary>
    public string Detail => Body.GetProperty("detail").GetString()!;

    /// <summary>The fields that a 422 names, in order.</summary>
    public IEnumerable<string> WrongFields =>
        Body.GetProperty("errors").EnumerateObject().Select(wrong => wrong.Name).Order(StringComparer.Ordinal);

    /// <summary>The rules of the findings that a 422 or a check names.</summary>
    public IEnumerable<string> Rules =>
        Body.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("rule").GetString()!);

    public static async Task<Answer> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        new(
            (int)answer.StatusCode,
            answer.Content.Headers.ContentType?.MediaType,
            await answer.Content.ReadAsStringAsync(cancellationToken),
            answer.Headers
        );

    /// <summary>Fails unless this is a problem of a status, whose detail has a text.</summary>
    public void ShouldBeProblem(int status, string detail)
    {
        Status.ShouldBe(status, Text);
        Type.ShouldBe("application/problem+json");
        Body.GetProperty("status").GetInt32().ShouldBe(status);
        Detail.ShouldContain(detail);
    }
}
