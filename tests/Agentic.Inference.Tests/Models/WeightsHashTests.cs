using System.Text;
using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Inference.Tests.Models;

public sealed class WeightsHashTests
{
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void XxHash64_PublishedVectors_Equal(string text, ulong expected) =>
        Assert.Equal(expected, XxHash64.Compute(Encoding.UTF8.GetBytes(text), 0));
}
