using Sluice.Config.Building;
using Sluice.Config.Compilation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Loading;
using Sluice.Config.Model;
using Sluice.Config.Validation;
using Sluice.Proxy;
using Sluice.Proxy.Plans;

namespace Sluice.Config;

/// <summary>Starts a proxy within another program: <c>SluiceServer.Create(b => …)</c>.</summary>
public static class SluiceServerCreation
{
    extension(SluiceServer)
    {
        /// <summary>Builds a configuration and starts serving it; requests are answered when it returns.</summary>
        /// <param name="configure">Says what to serve.</param>
        /// <param name="options">How to run; its workers go before those of the configuration.</param>
        /// <exception cref="ConfigException">The configuration has errors; all of them are in it. Nothing was started.</exception>
        /// <exception cref="ListenException">An address can't be bound. Nothing is left running.</exception>
        public static SluiceServer Create(Action<SluiceBuilder> configure, SluiceServerOptions? options = null)
        {
            var builder = new SluiceBuilder();
            configure(builder);
            var diagnostics = new DiagnosticBag();
            SluiceConfig config = builder.Build(diagnostics);
            return diagnostics.HasErrors ? throw new ConfigException(diagnostics.ToSortedList()) : Start(config, PlanCompiler.Compile(config), options);
        }

        /// <summary>Starts serving a configuration that was made in code.</summary>
        /// <exception cref="ConfigException">The configuration has errors; all of them are in it. Nothing was started.</exception>
        /// <exception cref="ListenException">An address can't be bound. Nothing is left running.</exception>
        public static SluiceServer Create(SluiceConfig config, SluiceServerOptions? options = null)
        {
            var diagnostics = new DiagnosticBag();
            config = TlsFiles.Read(config, diagnostics, touched: _ => { });
            BuiltConfigChecks.Run(config, diagnostics);
            ConfigValidator.Validate(config, diagnostics);
            return diagnostics.HasErrors ? throw new ConfigException(diagnostics.ToSortedList()) : Start(config, PlanCompiler.Compile(config), options);
        }

        /// <summary>Starts serving a configuration file.</summary>
        /// <exception cref="ConfigException">The file can't be read or has errors; all of them are in it. Nothing was started.</exception>
        /// <exception cref="ListenException">An address can't be bound. Nothing is left running.</exception>
        public static SluiceServer CreateFromFile(string path, SluiceServerOptions? options = null)
        {
            ConfigResult result = ConfigLoader.Load(path);
            return result.HasErrors ? throw new ConfigException(result.Diagnostics) : Start(result.Config!, result.Plan!, options);
        }
    }

    private static SluiceServer Start(SluiceConfig config, ProxyPlan plan, SluiceServerOptions? options)
    {
        options ??= new SluiceServerOptions();
        return SluiceServer.Start(plan, options.Workers > 0 ? options : options with { Workers = config.Workers });
    }
}
