using System.Net;
using Sluice.Certificates.Keeping;
using Sluice.TestKit.Acme;
using Sluice.TestKit.Web;

namespace Sluice.Certificates.Tests.Keeping;

/// <summary>Certificates for names that become known in handshakes only.</summary>
public class OnDemandTests
{
    [Fact]
    public async Task Request_OfAnAllowedName_IsOrderedOnceForAllWhoAsk()
    {
        await using var story = new KeeperStory();
        await using var ask = new AskServer();
        CertificateKeeper keeper = story.Start(PlanWith(story, ask));
        await keeper.Loaded;

        Task<bool>[] requests = [.. Enumerable.Range(0, 20).Select(_ => keeper.RequestOnDemandAsync("Shop.example.com", default))];
        bool[] answers = await PassUntilAsync(story, Task.WhenAll(requests));

        Assert.All(answers, Assert.True);
        Assert.Equal(1, story.Issuer.Count("newOrder"));
        Assert.Contains("/ask?key=1&domain=shop.example.com", ask.Targets);
        Assert.Equal(CertificateSource.OnDemand, KeeperStory.StatusOf(keeper, "shop.example.com").Source);
        Assert.True(await keeper.RequestOnDemandAsync("shop.example.com", default));
    }

    [Fact]
    public async Task Request_OfARefusedName_IsRefusedAndRememberedForAWhile()
    {
        await using var story = new KeeperStory();
        await using var ask = new AskServer { Status = _ => 403 };
        CertificateKeeper keeper = story.Start(PlanWith(story, ask));

        Assert.False(await keeper.RequestOnDemandAsync("a.example.com", default));
        Assert.False(await keeper.RequestOnDemandAsync("a.example.com", default));
        Assert.Single(ask.Targets);
        await story.PassAsync(TimeSpan.FromMinutes(2));
        ask.Status = _ => 200;
        Assert.True(await PassUntilAsync(story, keeper.RequestOnDemandAsync("a.example.com", default)));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("printer.local")]
    [InlineData("db.internal")]
    [InlineData("*.example.com")]
    [InlineData("192.0.2.1")]
    [InlineData("example")]
    [InlineData("-a.example.com")]
    [InlineData("a..example.com")]
    [InlineData("a_b.example.com")]
    [InlineData("a.example.com/../../etc")]
    [InlineData("")]
    public async Task Request_OfWhatIsNoPublicName_IsRefusedWithoutAsking(string name)
    {
        await using var story = new KeeperStory();
        await using var ask = new AskServer();
        CertificateKeeper keeper = story.Start(PlanWith(story, ask));

        Assert.False(await keeper.RequestOnDemandAsync(name, default));
        Assert.Empty(ask.Targets);
    }

    [Fact]
    public async Task Request_WithoutOnDemandPlan_IsTrueForKeptNamesOnly()
    {
        await using var story = new KeeperStory();
        CertificateKeeper keeper = story.Start(story.Plan("a.example.com"));

        Assert.True(await PassUntilAsync(story, keeper.RequestOnDemandAsync("a.example.com", default)));
        Assert.False(await keeper.RequestOnDemandAsync("b.example.com", default));
    }

    [Fact]
    public async Task AskUrl_ThatDoesNotAnswer_RefusesNewNames()
    {
        await using var story = new KeeperStory { Limits = new KeeperLimits { AskTimeout = TimeSpan.FromMilliseconds(200) } };
        var never = new TaskCompletionSource<SmallResponse>();
        await using var silent = SmallWebServer.Start(_ => never.Task);
        CertificateKeeper keeper = story.Start(story.Plan() with
        {
            OnDemand = new OnDemandPlan(new Uri($"http://127.0.0.1:{silent.Port}/ask"), 10, TimeSpan.FromMinutes(1)),
        });

        Assert.False(await keeper.RequestOnDemandAsync("a.example.com", default));
        Assert.Empty(story.Issuer.Requests);
        never.SetResult(SmallResponse.Text(200, ""));
    }

    [Fact]
    public async Task Flood_OfRandomNames_IsHeldByTheRate()
    {
        await using var story = new KeeperStory();
        await using var ask = new AskServer();
        AutomationPlan plan = PlanWith(story, ask);
        CertificateKeeper keeper = story.Start(plan with { OnDemand = plan.OnDemand! with { RateMax = 3, RateWindow = TimeSpan.FromDays(1) } });
        await keeper.Loaded;

        // Half a second of its time passes in a millisecond of the machine's, which may take seconds for so many questions: never a day.

        Task<bool>[] requests = [.. Enumerable.Range(0, 200).Select(index => keeper.RequestOnDemandAsync($"n{index}.example.com", default))];
        bool[] answers = await PassUntilAsync(story, Task.WhenAll(requests));

        Assert.Equal(3, answers.Count(answer => answer));
        Assert.Equal(3, story.Issuer.Count("newOrder"));
        Assert.Equal(3, keeper.Status.Count);
        Assert.True(ask.MostAtOnce <= new KeeperLimits().AsksAtOnce, $"{ask.MostAtOnce} questions at once");
        await story.PassAsync(TimeSpan.FromDays(1));
        Assert.True(await PassUntilAsync(story, keeper.RequestOnDemandAsync("later.example.com", default)));
    }

    [Fact]
    public async Task Name_ThatCanNotBeObtained_IsForgottenAfterOneRound()
    {
        await using var story = new KeeperStory();
        await using var ask = new AskServer();
        story.Issuer.Validate = _ => new AcmeFault(403, "unauthorized");
        CertificateKeeper keeper = story.Start(PlanWith(story, ask));

        Assert.False(await PassUntilAsync(story, keeper.RequestOnDemandAsync("a.example.com", default)));
        await story.PassAsync(TimeSpan.FromDays(1));

        Assert.Empty(keeper.Status);
        Assert.Equal(2, story.Issuer.Count("newOrder"));
    }

    [Fact]
    public async Task StoredName_AfterARestart_IsServedWhenItIsAskedForWithoutAnOrder()
    {
        await using var story = new KeeperStory();
        await using var ask = new AskServer();
        AutomationPlan plan = PlanWith(story, ask);
        await using (CertificateKeeper first = story.Start(plan))
        {
            Assert.True(await PassUntilAsync(story, first.RequestOnDemandAsync("a.example.com", default)));
        }

        var consumer = new RecordingConsumer();
        CertificateKeeper second = story.Start(plan, consumer);
        await second.Loaded;
        Assert.Empty(consumer.Installed);
        Assert.True(await PassUntilAsync(story, second.RequestOnDemandAsync("a.example.com", default)));

        Assert.Single(consumer.Installed);
        Assert.Equal(1, story.Issuer.IssuedCount);
    }

    [Fact]
    public async Task Renewal_OfANameThatIsNotAllowedAnyMore_WithdrawsIt()
    {
        await using var story = new KeeperStory();
        await using var ask = new AskServer();
        CertificateKeeper keeper = story.Start(PlanWith(story, ask));
        Assert.True(await PassUntilAsync(story, keeper.RequestOnDemandAsync("a.example.com", default)));

        // That nobody answers changes nothing.
        ask.Status = _ => 500;
        await story.PassAsync(TimeSpan.FromDays(70));
        Assert.Empty(story.Consumer.Withdrawn);
        Assert.Equal(1, story.Issuer.IssuedCount);

        ask.Status = _ => 404;
        await story.PassAsync(TimeSpan.FromDays(2));
        Assert.Equal(["a.example.com"], story.Consumer.Withdrawn);
        Assert.Empty(keeper.Status);
    }

    private static AutomationPlan PlanWith(KeeperStory story, AskServer ask) =>
        story.Plan() with { OnDemand = new OnDemandPlan(ask.Uri, 10, TimeSpan.FromMinutes(1)) };

    // Requests are made by this test and not by the keeper's own work: what they wait for in real time is waited for here.
    private static async Task<T> PassUntilAsync<T>(KeeperStory story, Task<T> task)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (!task.IsCompleted)
        {
            await story.PassAsync(TimeSpan.FromMilliseconds(500));
            await Task.WhenAny(task, Task.Delay(1, deadline.Token));
            deadline.Token.ThrowIfCancellationRequested();
        }

        return await task;
    }

    private sealed class AskServer : IAsyncDisposable
    {
        private readonly SmallWebServer _web;
        private readonly Lock _lock = new();
        private readonly List<string> _targets = [];
        private int _count;

        public AskServer() => _web = SmallWebServer.Start(AnswerAsync);

        public Func<string, int> Status { get; set; } = _ => (int)HttpStatusCode.OK;

        public Uri Uri => new($"http://127.0.0.1:{_web.Port}/ask?key=1");

        public int MostAtOnce { get; private set; }

        public IReadOnlyList<string> Targets
        {
            get
            {
                lock (_lock)
                {
                    return [.. _targets];
                }
            }
        }

        public ValueTask DisposeAsync() => _web.DisposeAsync();

        private async Task<SmallResponse> AnswerAsync(SmallRequest request)
        {
            lock (_lock)
            {
                _targets.Add(request.Target);
                MostAtOnce = Math.Max(MostAtOnce, ++_count);
            }

            await Task.Yield();
            lock (_lock)
            {
                _count--;
            }

            return SmallResponse.Text(Status(request.Target), "");
        }
    }
}
