namespace Project38.Contracts;

/// <summary>Fields that a request may carry though nothing reads them; any other unknown field is refused.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class UnreadFieldsAttribute(params string[] names) : Attribute
{
    /// <summary>As the wire has them.</summary>
    public IReadOnlyList<string> Names => names;
}
