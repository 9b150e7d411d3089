using Sluice.Load;
using Sluice.Load.Processes;

// Children never outlive the bench, whichever way it ends: finally blocks end them by id, this is the net below.
AppDomain.CurrentDomain.ProcessExit += (_, _) => ChildProcess.EndAll();
return await BenchCommands.Build().Parse(args).InvokeAsync();
