using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Project38.Sandbox.Bubblewrap;
using Project38.Sandbox.Native;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Forking;

/// <summary>A process that has its imports done, in a sandbox of its own, and forks a contained child when asked.</summary>
internal sealed class ForkServer : IAsyncDisposable
{
    private const int AnswerBytes = 4096;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    private readonly BubblewrapRunner _runner;
    private readonly Containment _containment;
    private readonly TimeProvider _time;
    private readonly SandboxProcess _process;
    private readonly MessageSocket _socket;
    private readonly BlockingCollection<Request> _requests = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ForkServer(
        BubblewrapRunner runner,
        Containment containment,
        SandboxProcess process,
        MessageSocket socket,
        TimeProvider time
    )
    {
        _runner = runner;
        _time = time;
        _containment = containment;
        _process = process;
        _socket = socket;
        new Thread(Speak) { IsBackground = true, Name = "fork server" }.Start();
    }

    /// <summary>Completes when it is gone.</summary>
    public Task Completion => _process.Completion;

    /// <summary>Starts one, and waits until its imports are done.</summary>
    /// <param name="runner">What starts it.</param>
    /// <param name="containment">What it and its children are built with.</param>
    /// <param name="spec">A program that is to be forked from it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">It cannot be started, or says why it cannot serve.</exception>
    public static async Task<ForkServer> StartAsync(
        BubblewrapRunner runner,
        Containment containment,
        SandboxSpec spec,
        TimeProvider time
    )
    {
        var (ours, theirs) = MessageSocket.CreatePair();
        ForkServer? server = null;
        try
        {
            var program = ForkServerProgram.For(spec, containment.Cgroups is not null);
            var process = await runner.StartNestAsync(program, containment, theirs.Handle);
            server = new ForkServer(runner, containment, process, ours, time);
            await server.StartedAsync();
            return server;
        }
        catch
        {
            await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
            ours.Dispose();
            throw;
        }
        finally
        {
            theirs.Handle.Dispose();
        }
    }

    /// <summary>Forks a child, which builds its sandbox and waits.</summary>
    /// <exception cref="IOException">There is none; the server may be gone.</exception>
    public async Task<ForkedChild> ForkAsync(SandboxLimits limits)
    {
        var (ours, theirs) = MessageSocket.CreatePair();
        var status = AnonymousPipe.Create();
        RunLoan? loan = null;
        try
        {
            loan = _runner.Host.Borrow(limits, _containment);
            var cgroups = loan.Cgroup?.MembershipFiles.Select(OpenToJoin).ToList() ?? [];
            SafeFileHandle process;
            try
            {
                process = await AskAsync(loan.Uid ?? ForkServerProgram.Uid, [theirs.Handle, status.Writer, .. cgroups]);
            }
            finally
            {
                cgroups.ForEach(cgroup => cgroup.Dispose());
            }

            return new ForkedChild(process, ours, status.Reader, loan);
        }
        catch
        {
            ours.Dispose();
            status.Dispose();
            loan?.Abandon();
            throw;
        }
        finally
        {
            // Not ended: it is the child's now.
            theirs.Handle.Dispose();
            status.Writer.Dispose();
        }
    }

    /// <summary>Ends it, and all of its children with it.</summary>
    public async ValueTask DisposeAsync()
    {
        _requests.CompleteAdding();
        _socket.Dispose();
        await _process.DisposeAsync();
    }

    private Task StartedAsync() => WithinAsync(_started.Task, Patience);

    private async Task WithinAsync(Task answer, TimeSpan patience)
    {
        try
        {
            await answer.WaitAsync(patience, _time);
        }
        catch (TimeoutException exception)
        {
            throw new IOException($"The fork server did not answer within {patience}. {Log}", exception);
        }
    }

    private string Log => _process.Log.Trim();

    private static SafeFileHandle OpenToJoin(string file) =>
        File.OpenHandle(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

    private async Task<SafeFileHandle> AskAsync(int uid, IReadOnlyList<SafeHandle> handles)
    {
        var request = new Request(uid, handles);
        try
        {
            _requests.Add(request);
        }
        catch (InvalidOperationException exception)
        {
            throw new IOException("The fork server has ended.", exception);
        }

        await WithinAsync(request.Child.Task, AnswerPatience);
        return await request.Child.Task;
    }

    // One thread of its own: an answer is there within milliseconds, and the server does one thing at a time.
    private void Speak()
    {
        try
        {
            if (Hear(out _) is not "ready" and var other)
            {
                throw new IOException(other);
            }

            _started.SetResult();
            foreach (var request in _requests.GetConsumingEnumerable())
            {
                Serve(request);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            var problem = new IOException($"The fork server has ended: {exception.Message} {Log}", exception);
            _started.TrySetException(problem);
            _requests.CompleteAdding();
            foreach (var request in _requests.GetConsumingEnumerable())
            {
                request.Child.TrySetException(problem);
            }
        }
    }

    private void Serve(Request request)
    {
        try
        {
            var asked = request.Uid.ToString(CultureInfo.InvariantCulture);
            _socket.Send(Encoding.ASCII.GetBytes(asked), request.Handles);
            var answer = Hear(out var child);
            if (child is not null)
            {
                request.Child.SetResult(child);
            }
            else
            {
                request.Child.SetException(new IOException($"The fork server could not fork: {answer}"));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            request.Child.SetException(new IOException("The fork server has ended.", exception));
            throw;
        }
    }

    private string Hear(out SafeFileHandle? handle)
    {
        var said = _socket.Receive(AnswerBytes, out handle);
        return said.Length > 0 ? Encoding.UTF8.GetString(said) : throw new IOException("It closed its socket.");
    }

    /// <summary>A child that is asked for.</summary>
    private sealed record Request(int Uid, IReadOnlyList<SafeHandle> Handles)
    {
        public TaskCompletionSource<SafeFileHandle> Child { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
