using Project38.Core.Agents;

namespace Project38.Core.Tests.Agents;

public sealed class VersionHashTests
{
    [Fact]
    public void Of_IsTheSame_ForTheSameParts()
    {
        var one = VersionHash.Of("a", "b", new Manifest { Tools = ["x"] }, "lib", "3.11");
        var other = VersionHash.Of("a", "b", new Manifest { Tools = new List<string> { "x" } }, "lib", "3.11");

        other.ShouldBe(one);
        one.Length.ShouldBe(64);
    }

    [Fact]
    public void Of_Differs_WhenAnyPartDoes()
    {
        string[] hashes =
        [
            VersionHash.Of("a", "b", Manifest.Empty, "lib", "3.11"),
            VersionHash.Of("ab", "", Manifest.Empty, "lib", "3.11"),
            VersionHash.Of("ab", null, Manifest.Empty, "lib", "3.11"),
            VersionHash.Of("a", "b", new Manifest { Hosts = ["h"] }, "lib", "3.11"),
            VersionHash.Of("a", "b", Manifest.Empty, "lib3", ".11"),
            VersionHash.Of("a", "b", Manifest.Empty, "lib", "3.12"),
        ];

        hashes.ShouldBeUnique();
    }
}
