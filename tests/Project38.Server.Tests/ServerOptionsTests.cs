using Project38.Sandbox;
using Project38.Server.Telemetry;

namespace Project38.Server.Tests;

public sealed class ServerOptionsTests
{
    [Theory]
    [InlineData("P38_PORT", "eighty")]
    [InlineData("P38_PORT", "70000")]
    [InlineData("P38_BIND", "example.com")]
    [InlineData("P38_HOME", "relative/home")]
    [InlineData("P38_LABELS", "gpu,GPU")]
    [InlineData("P38_SLOTS", "0")]
    [InlineData("P38_SANDBOX", "strong")]
    [InlineData("P38_SANDBOX_LEAST", "none")]
    [InlineData("P38_SANDBOX_RUNSC", "bin/runsc")]
    [InlineData("P38_MODEL_PROVIDER", "clod")]
    [InlineData("P38_MODEL_URL", "api.example")]
    [InlineData("P38_MODEL_CONTEXT", "many")]
    [InlineData("P38_TELEMETRY", "on")]
    [InlineData("P38_METRICS", "yes")]
    [InlineData("P38_LOG_FORMAT", "xml")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    public void Read_NamesTheKey_WhenItsValueIsWrong(string key, string value)
    {
        var refusal = Should.Throw<StartRefusedException>(() =>
            Read(["up"], (key, value), ("P38_TELEMETRY", key == "P38_TELEMETRY" ? value : "otlp"))
        );

        refusal.Message.ShouldContain(key);
        refusal.Message.ShouldContain(value);
        refusal.ExitCode.ShouldBe(ExitCodes.Refused);
    }

    [Fact]
    public void Read_SaysNothingOfTheAddress_WhenWhereToListenCannotBeRead()
    {
        var refusal = Should.Throw<StartRefusedException>(() =>
            Read(["up"], ("P38_LISTEN_URL", "postgresql://p38:hunter2@/"))
        );

        refusal.Message.ShouldContain("P38_LISTEN_URL");
        refusal.Message.ShouldNotContain("hunter2");
    }

    [Fact]
    public void Read_GivesLabelsAndSlots_WhenTheyAreSaid()
    {
        var options = Read(["up"], ("P38_LABELS", "gpu, eu"), ("P38_SLOTS", "12"));

        options.Labels.ShouldBe(["eu", "gpu"]);
        options.Slots.ShouldBe(12);
    }

    [Fact]
    public void Read_AllowsNoLevelBelowNoCgroup_UnlessItIsNamed()
    {
        Read(["up"]).MinSandboxLevel.ShouldBe(SandboxLevel.NoCgroup);
        Read(["up"], ("P38_SANDBOX_LEAST", "degraded")).MinSandboxLevel.ShouldBe(SandboxLevel.Degraded);
    }

    [Fact]
    public void Read_NamesNoRunsc_UnlessItIsSaid()
    {
        Read(["up"]).RunscPath.ShouldBeNull();
        Read(["up"], ("P38_SANDBOX_RUNSC", "/opt/runsc")).RunscPath.ShouldBe("/opt/runsc");
    }

    [Fact]
    public void Read_ListensOnLoopbackOnly_WhenNothingIsSaid()
    {
        var options = Read([]);

        options.Bind.ShouldBe(System.Net.IPAddress.Loopback);
        options.Port.ShouldBe(ServerOptions.DefaultPort);
        options.Mode.ShouldBe(ServerMode.Up);
    }

    [Fact]
    public void Read_TakesAnyFreePort_WhenEmbedded()
    {
        var options = Read(["embedded"], ("P38_PORT", "8038"));

        options.Port.ShouldBe(0);
        options.Mode.ShouldBe(ServerMode.Embedded);
    }

    [Fact]
    public void Read_TellsNobodyAnything_WhenOnlyOpenTelemetrysOwnKeysAreSet()
    {
        var telemetry = Read(["up"], ("OTEL_EXPORTER_OTLP_ENDPOINT", "for another program")).Telemetry;

        (telemetry.Otlp, telemetry.Metrics, telemetry.LogFormat).ShouldBe((false, MetricsDoor.Closed, LogFormat.Text));
    }

    private static ServerOptions Read(string[] arguments, params (string Key, string Value)[] environment) =>
        ServerOptions.Read(arguments, key => environment.FirstOrDefault(pair => pair.Key == key).Value);
}
