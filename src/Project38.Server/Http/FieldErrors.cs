using Project38.Contracts;

namespace Project38.Server.Http;

/// <summary>All that is wrong with a request, by field, so that it is said at once.</summary>
internal sealed class FieldErrors
{
    private readonly SortedDictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    /// <summary>Whether nothing is wrong.</summary>
    public bool None => _errors.Count == 0;

    /// <summary>The fields that are wrong.</summary>
    public IReadOnlyCollection<string> Fields => _errors.Keys;

    /// <summary>Adds what is wrong with a field, by its name on the wire.</summary>
    public void Add(string field, string complaint)
    {
        if (!_errors.TryGetValue(field, out var complaints))
        {
            _errors[field] = complaints = [];
        }
        complaints.Add(complaint);
    }

    /// <summary>Refuses the request when anything is wrong.</summary>
    /// <exception cref="ProblemException">A 422 that names every field.</exception>
    public void ThrowIfAny()
    {
        if (!None)
        {
            throw ToException();
        }
    }

    /// <summary>The refusal.</summary>
    public ProblemException ToException() => new(ToProblem());

    private ProblemResponse ToProblem()
    {
        var detail = string.Join(
            "; ",
            _errors.SelectMany(pair => pair.Value.Select(complaint => Sentence(pair.Key, complaint)))
        );
        return Problem.Body(StatusCodes.Status422UnprocessableEntity, detail.EndsWith('?') ? detail : detail + ".") with
        {
            Errors = _errors.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value),
        };
    }

    // The engine's own complaints are whole sentences that name the field in quotes.
    private static string Sentence(string field, string complaint) =>
        complaint.StartsWith('\'') ? complaint.TrimEnd('.') : $"{field} {complaint}";
}
