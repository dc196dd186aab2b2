return await Project38.Server.ServerProcess.RunAsync(args);
