using Project38.Drills.Nodes;

// A drill starts its nodes as processes of their own: this program, told to be one.
if (args is not [NodeProgram.Verb])
{
    await Console.Error.WriteLineAsync(
        "This is a node of a drill. Drills are run by tests, and by ./bench/run faults."
    );
    return 2;
}
await NodeProgram.RunAsync();
return 0;
