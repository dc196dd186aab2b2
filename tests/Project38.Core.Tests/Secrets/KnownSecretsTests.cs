using System.Text.Json;
using Project38.Core.Secrets;

namespace Project38.Core.Tests.Secrets;

public sealed class KnownSecretsTests
{
    private const string Value = "p@ss \"wörd\" & more";

    private readonly KnownSecrets _known = new();

    [Fact]
    public void Redact_FindsAValue_AsItIsAndAsJsonAndAddressesWriteIt()
    {
        _known.Add("NAME", Value);
        var text = $"{Value} {JsonSerializer.Serialize(Value)} https://x/?q={Uri.EscapeDataString(Value)}";

        var redacted = _known.Redact(text);

        redacted.ShouldBe("[secret NAME] \"[secret NAME]\" https://x/?q=[secret NAME]");
    }

    [Fact]
    public void Redact_TakesTheLongerFirst_WhenOneIsAPartOfAnother()
    {
        _known.Add("SHORT", "abcdefgh");
        _known.Add("LONG", "abcdefgh-ijkl");

        _known.Redact("abcdefgh-ijkl abcdefgh").ShouldBe("[secret LONG] [secret SHORT]");
    }

    [Fact]
    public void Redact_FindsEachLine_OfAValueOfSeveral()
    {
        _known.Add("PEM", "-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----\n");

        _known.Redact("it read MIIEvQIBADANBg there").ShouldBe("it read [secret PEM] there");
    }

    [Fact]
    public void Redact_LeavesShortOnesAlone_WhichWouldBeFoundEverywhere()
    {
        _known.Add("PIN", "1234");

        _known.Redact("at 1234 Main Street").ShouldBe("at 1234 Main Street");
    }
}
