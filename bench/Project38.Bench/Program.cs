using Project38.Bench;

// ./bench/run NAME: measures one thing beside another in the same run, and closes with "NAME: ratio X goal Y ok|short".
if (args is ["validate", var root])
{
    await ValidateBenchmark.RunAsync(root);
    return 0;
}

await Console.Error.WriteLineAsync("Usage: ./bench/run validate");
return 2;
