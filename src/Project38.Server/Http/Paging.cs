using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Project38.Server.Http;

/// <summary>A part of a list, as its query asks for it, and the headers that lead to the other parts.</summary>
/// <param name="Limit">At most this many, 1 to 1000. Default: 100.</param>
/// <param name="Offset">After this many. Default: 0.</param>
internal sealed record Paging(int Limit, int Offset)
{
    /// <summary>What a query asks for; what is wrong with it is told by its <see cref="Query.ThrowIfWrong"/>.</summary>
    public static Paging Of(Query query) => new(query.Limit(), query.Offset());

    /// <summary>Writes <c>X-Total-Count</c>, and <c>Link</c> (RFC 8288) to the first, previous, next and last part.</summary>
    /// <param name="context">The request, whose other parameters the links keep.</param>
    /// <param name="total">How long the whole list is.</param>
    public void Describe(HttpContext context, int total)
    {
        var headers = context.Response.Headers;
        headers["X-Total-Count"] = total.ToString(CultureInfo.InvariantCulture);
        var last = total == 0 ? 0 : (total - 1) / Limit * Limit;
        List<string> links = [Link(context, "first", 0)];
        if (Offset > 0)
        {
            links.Add(Link(context, "prev", Math.Max(0, Offset - Limit)));
        }
        if (Offset < total - Limit)
        {
            links.Add(Link(context, "next", Offset + Limit));
        }
        links.Add(Link(context, "last", last));
        headers.Link = string.Join(", ", links);
    }

    private string Link(HttpContext context, string relation, int offset)
    {
        var query = context
            .Request.Query.Where(one => one.Key is not ("limit" or "offset"))
            .Append(new("limit", Limit.ToString(CultureInfo.InvariantCulture)))
            .Append(new("offset", offset.ToString(CultureInfo.InvariantCulture)));
        return $"<{QueryHelpers.AddQueryString(context.Request.Path, query)}>; rel=\"{relation}\"";
    }
}
