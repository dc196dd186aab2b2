using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Execution.Pythons;
using Project38.Sandbox;
using Project38.Sandbox.Staging;

namespace Project38.Core.Execution;

/// <summary>The platform's own library for agents, where runs can read it, compiled for this machine's Python.</summary>
/// <remarks>Compiling it takes a third of the time of a bare Python: once for all runs, and not in each.</remarks>
public sealed partial class AgentLibrary(
    ISandbox sandbox,
    StagingArea staging,
    IOptions<RuntimeOptions> runtime,
    ILogger<AgentLibrary> logger
)
{
    private readonly Lock _lock = new();
    private Task<string>? _staging;

    /// <summary>The folder to mount. Staged once: to read the library for every run would cost more than the bare start of one.</summary>
    /// <exception cref="SandboxUnavailableException">Nothing here can contain what compiles it.</exception>
    public async Task<string> FolderAsync(CancellationToken cancellationToken)
    {
        Task<string> staged;
        lock (_lock)
        {
            var isThere = _staging is { IsCompleted: false } or { IsCompletedSuccessfully: true };
            if (!isThere || (_staging!.IsCompleted && !Directory.Exists(_staging.Result)))
            {
                _staging = Task.Run(StageAsync, CancellationToken.None);
            }
            staged = _staging!;
        }
        return await staged.WaitAsync(cancellationToken);
    }

    private async Task<string> StageAsync()
    {
        var plain = staging.StageFolder(runtime.Value.PythonFolder);
        try
        {
            return await staging.StageMoreAsync(plain, PythonImages.Interpreter, () => CompileAsync(plain));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            LogNotCompiled(exception);
            return plain;
        }
    }

    private async Task<IReadOnlyDictionary<string, byte[]>> CompileAsync(string plain)
    {
        var spec = new SandboxSpec
        {
            Program = ForkImage.Program,
            Arguments = [.. ForkImage.Flags, $"{RunImages.Library}/p38/_compiled.py"],
            Mounts = [new SandboxMount(plain, RunImages.Library)],
        };
        await using var process = await sandbox.StartAsync(spec, CancellationToken.None);
        using var reader = new StreamReader(process.Output);
        var said = await reader.ReadToEndAsync(CancellationToken.None);
        var exit = await process.Completion;
        return exit is SandboxExit.Exited { Code: 0 }
            ? JsonSerializer.Deserialize<Dictionary<string, byte[]>>(said)!
            : throw new IOException($"{exit.GetType().Name}: {process.Log}");
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The library for agents could not be compiled: each run that is started anew does so."
    )]
    private partial void LogNotCompiled(Exception exception);
}
