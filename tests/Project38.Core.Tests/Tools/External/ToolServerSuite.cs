using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tests.Tools.Sessions;
using Project38.Core.Tools;
using Project38.Core.Tools.External;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;
using Project38.Testing;

namespace Project38.Core.Tests.Tools.External;

/// <summary>A node with tool servers, real sandboxes and a real database.</summary>
public abstract class ToolServerSuite(SqliteFixture fixture) : DatabaseContract(fixture)
{
    protected const string Canary = "canary-of-the-tool-server-9d41";

    private ServiceProvider? _services;

    /// <summary>What a server that is a program sees, and a test may change.</summary>
    protected DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("p38-tool-server-");

    internal ExternalOptions Bounds { get; } = new();

    protected IServiceProvider Services => _services!;

    protected ToolServerBook Book => Services.GetRequiredService<ToolServerBook>();

    protected SecretStore Secrets => Services.GetRequiredService<SecretStore>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        File.SetUnixFileMode(Folder.FullName, (UnixFileMode)0b111_101_101);
        File.Copy(
            Path.Join(Repository.Folder("tests", "Project38.Core.Tests"), "Tools", "External", "server.py"),
            Path.Join(Folder.FullName, "server.py")
        );
        var services = new ServiceCollection()
            .AddLogging()
            .AddStorage(options => options.Home = Database.Options.Home)
            .AddSandbox()
            .AddSecrets()
            .AddTools()
            .AddExternalTools();
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(Bounds));
        _services = Compose(services).BuildServiceProvider();
        await Secrets.PutAsync("TOKEN", Canary, "dana", Cancelled);
    }

    public override async ValueTask DisposeAsync()
    {
        await _services!.DisposeAsync();
        Folder.Delete(recursive: true);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a test has otherwise.</summary>
    protected virtual IServiceCollection Compose(IServiceCollection services) => services;

    /// <summary>The program of these tests as a person registers it.</summary>
    protected NewToolServer Program(string name = "box") =>
        new()
        {
            Name = name,
            Command = ["/usr/bin/python3", "-I", "-S", Path.Join(Folder.FullName, "server.py")],
            Folder = Folder.FullName,
            Secrets = new Dictionary<string, string> { ["TOKEN"] = "TOKEN" },
        };

    /// <summary>Registers a server, and agrees to all that it has.</summary>
    protected async Task<ToolServer> AgreedAsync(NewToolServer wish, params string[] reading)
    {
        await KeptAsync(Book.AddAsync(wish, "dana", Cancelled));
        return await AgreeAsync(wish.Name, reading);
    }

    /// <summary>Agrees to all that a server has, as it was seen last.</summary>
    protected async Task<ToolServer> AgreeAsync(string name, params string[] reading)
    {
        var server = (await Book.FindAsync(name, Cancelled)).ShouldNotBeNull();
        var consents = server
            .Tools.Where(tool => !tool.Gone)
            .Select(tool => new ToolConsent(tool.Name, tool.Hash, reading.Contains(tool.Name)));
        return (await KeptAsync(Book.AgreeAsync(name, [.. consents], "dana", Cancelled))).Server;
    }

    protected static async Task<ToolServerAnswer.Kept> KeptAsync(Task<ToolServerAnswer> asked)
    {
        var answer = await asked;
        return answer.ShouldBeOfType<ToolServerAnswer.Kept>(
            answer switch
            {
                ToolServerAnswer.Wrong wrong => string.Join("; ", wrong.Complaints),
                ToolServerAnswer.Unreachable(var why) => why,
                ToolServerAnswer.Refused(var why) => why,
                _ => "",
            }
        );
    }

    /// <summary>A run that is granted tools of tool servers.</summary>
    internal RunEnd Run(params string[] tools) => Run(spec => spec, tools);

    internal RunEnd Run(Func<ToolSessionSpec, ToolSessionSpec> change, params string[] tools) =>
        new(
            new AgentEnd(
                change(AgentEnd.Granting([.. tools.Select(tool => $"external.{tool}")])),
                Services.GetRequiredService<ToolSessionFactory>()
            )
        );

    /// <summary>An agent's end whose calls go to tool servers.</summary>
    internal sealed class RunEnd(AgentEnd agent) : IAsyncDisposable
    {
        public AgentEnd Agent => agent;

        /// <summary>The value of a call that has to work.</summary>
        public async Task<JsonElement> DoAsync(string tool, object? arguments = null)
        {
            var (value, error) = await TryAsync(tool, arguments);
            error.ShouldBeNull();
            return value!.Value;
        }

        /// <summary>The message of a call that has to be refused or to fail.</summary>
        public async Task<string> FailAsync(string tool, object? arguments = null) =>
            (await TryAsync(tool, arguments)).Error.ShouldNotBeNull();

        public ValueTask DisposeAsync() => agent.DisposeAsync();

        private async Task<(JsonElement? Value, string? Error)> TryAsync(string tool, object? arguments)
        {
            var answer = await agent.CallAsync($"external.{tool}", new { arguments });
            var result = answer.GetProperty("result");
            return result.TryGetProperty("isError", out var isError) && isError.GetBoolean()
                ? (null, result.GetProperty("content")[0].GetProperty("text").GetString())
                : (result.GetProperty("structuredContent").GetProperty("value"), null);
        }
    }
}
