using Sluice.Cli.Commands;

return CommandLine.Run(args);
