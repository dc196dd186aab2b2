return await Project38.Cli.CommandLine.RunAsync(args);
