using Project38.Core.Execution.Pythons;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Generation.Writing;

namespace Project38.Core.Tests.Factory.Generation;

public sealed class SystemPromptTests
{
    private static readonly AgentBrief s_brief = new("Count the lines", Name: null, "Asia/Jerusalem", "dana");

    [Fact]
    public void Particular_NamesWhatCanBeImported_WhereTheAgentHasAnImage()
    {
        var image = new PythonImage
        {
            Name = "data",
            Packages = ["pandas==2.2.1"],
            Modules = ["numpy", "pandas"],
            Interpreter = "python3.11",
            Hash = new string('0', 64),
            MadeAt = DateTimeOffset.UnixEpoch,
        };

        var with = SystemPrompt.Particular(s_brief, closest: null, image, DateTimeOffset.UnixEpoch);
        var without = SystemPrompt.Particular(s_brief, closest: null, image: null, DateTimeOffset.UnixEpoch);

        with.ShouldBe(
            without
                + "Beside the standard library it can import numpy, pandas: its Python image has pandas==2.2.1. "
                + "Tests can import them, too.\n"
        );
    }
}
