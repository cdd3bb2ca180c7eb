using Agentic.Cli.Frame;

return await ProcessRun.MainAsync(args).ConfigureAwait(false);
