using System.Xml.Linq;
using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;
using Project38.Testing;

namespace Project38.Core.Tests;

/// <summary>Holds the order of the rooms, and the walls between the projects (DESIGN, "The house").</summary>
public sealed class ArchitectureTests
{
    // A room uses only rooms above it in this list.
    private static readonly string[] s_rooms =
    [
        "Storage",
        "Audit",
        "Budgets",
        "Secrets",
        "Models",
        "Agents",
        "Handoffs",
        "Approvals",
        "Tools",
        "Execution",
        "Factory",
        "Harness",
    ];

    private static readonly Architecture s_core = new ArchLoader()
        .LoadAssemblies(typeof(Project38.Core.Agents.Agent).Assembly)
        .Build();

    [Fact]
    public void Rooms_UseOnlyRoomsAbove()
    {
        var upward =
            from type in s_core.Types
            let room = RoomOf(type)
            where room >= 0
            from target in type.GetTypeDependencies()
            where RoomOf(target) > room
            select $"{type.FullName} uses {target.FullName}";

        upward.Distinct().Order().ShouldBeEmpty();
    }

    [Fact]
    public void Rooms_AreSeenByThisTest_SoThatItCanFail()
    {
        var dependencies =
            from type in s_core.Types
            where RoomOf(type) == Array.IndexOf(s_rooms, "Execution")
            from target in type.GetTypeDependencies()
            where RoomOf(target) == Array.IndexOf(s_rooms, "Agents")
            select target;

        dependencies.ShouldNotBeEmpty();
    }

    [Fact]
    public void Namespaces_AreRooms()
    {
        var strangers = s_core
            .Types.Where(type =>
                type.Namespace?.FullName.StartsWith("Project38.Core.", StringComparison.Ordinal) == true
            )
            .Where(type => RoomOf(type) < 0)
            .Select(type => type.FullName);

        strangers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Project38.Contracts")]
    [InlineData("Project38.Sandbox")]
    [InlineData("Project38.Core", "Project38.Sandbox")]
    [InlineData("Project38.Server", "Project38.Contracts", "Project38.Core")]
    [InlineData("Project38.Client", "Project38.Contracts")]
    [InlineData("Project38.Cli", "Project38.Client", "Project38.Contracts")]
    public void Projects_ReferenceOnlyWhatTheHouseAllows(string project, params string[] allowed)
    {
        var file = Repository.Folder("src", project, project + ".csproj");

        var references = XDocument
            .Load(file)
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
            .Order();

        references.ShouldBe(allowed.Order());
    }

    private static int RoomOf(IType type)
    {
        var name = type.Namespace?.FullName;
        return name?.StartsWith("Project38.Core.", StringComparison.Ordinal) == true
            ? Array.IndexOf(s_rooms, name.Split('.')[2])
            : -1;
    }
}
