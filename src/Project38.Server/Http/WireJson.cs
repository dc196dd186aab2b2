using System.Text.Encodings.Web;
using System.Text.Json;
using Project38.Contracts;

namespace Project38.Server.Http;

/// <summary>JSON as the server writes it: <see cref="ContractsJson"/>, with every script and quote as itself.</summary>
/// <remarks>Not for a page's source: nothing of HTML is escaped. Answers are <c>application/json</c>, never HTML.</remarks>
internal static class WireJson
{
    /// <summary>All types of the wire.</summary>
    public static readonly ContractsJson Types = new(
        new JsonSerializerOptions(ContractsJson.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );
}
