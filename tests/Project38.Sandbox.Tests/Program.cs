using Project38.Sandbox.Tests;
using Project38.Sandbox.Tests.Gvisor;
using Xunit.MicrosoftTestingPlatform;

// "platform …" is a small platform of its own, for tests about what happens when one is killed or is not root.
return args is ["platform", .. var rest]
    ? await SmallPlatform.RunAsync(rest)
    : await TestPlatformTestFramework.RunAsync(
        NamedRunsc.Filter(args),
        SelfRegisteredExtensions.AddSelfRegisteredExtensions
    );
