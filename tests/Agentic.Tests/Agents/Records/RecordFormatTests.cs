using System.Text.Json;
using Agentic.Agents.Records;

namespace Agentic.Tests.Agents.Records;

public class RecordFormatTests
{
    private static readonly RecordFormat Form = new(
        new RecordField("information", "what bears on the question"),
        new RecordField("answer", "the answer"),
        new RecordField("confidence", "how sure") { Kind = RecordFieldKind.Number },
        new RecordField("quotes", "exact sentences") { Kind = RecordFieldKind.List, Required = false },
        new RecordField("verdict", "what to do") { Kind = RecordFieldKind.Choice, Choices = ["commit", "revert"], Required = false });

    [Theory]
    [InlineData("""{"information":"It is heavy.","answer":"412 tonnes","confidence":4.5,"quotes":["a","b"],"verdict":"commit"}""")]
    [InlineData("""Here it is: ```json {"Answer":"412 tonnes","information":"It is heavy.","confidence":"4.5/5","quotes":["a","b",],"verdict":"COMMIT"} ``` I hope it helps.""")]
    [InlineData("INFORMATION: It is heavy.\nANSWER: 412 tonnes\nCONFIDENCE: 4.5\nQUOTES:\n- a\n- b\nVERDICT: commit")]
    [InlineData("**Answer:** 7\n\n**Verdict**: commit\n**Confidence:** 4.5 points\n1. Information: It is heavy.\nQuotes: a\nQuotes: b\nAnswer: 412 tonnes")]
    [InlineData("<think>ANSWER: 9</think>```\nInformation: It is heavy.\nAnswer: 412 tonnes\nConfidence: 90%\nQuotes:\n1. a\n2) b\nVerdict: commit, since it is said\n```")]
    public void Read_AnyForm_GivesTheSameRecord(string reply)
    {
        Assert.True(Form.TryRead(reply, out ReplyRecord? record, out _));

        Assert.Equal("It is heavy.", record.Text("information"));
        Assert.Equal("412 tonnes", record.Text("answer"));
        Assert.Equal(4.5, record.Number("confidence"));
        Assert.Equal(["a", "b"], record.List("quotes"));
        Assert.Equal("commit", record.Text("verdict"));
        Assert.Empty(record.Missing);
    }

    [Theory]
    [InlineData("4/5", 4.0)]
    [InlineData("8 out of 10", 4.0)]
    [InlineData("High", 5.0)]
    [InlineData("low", 0.0)]
    [InlineData("17", 5.0)]
    [InlineData("-3", 0.0)]
    [InlineData("60 %", 3.0)]
    [InlineData("quite", null)]
    public void Number_IsReadAsPeopleWriteIt(string written, double? value) => Assert.Equal(value, RecordValue.Number(written, 0, 5));

    [Fact]
    public void Read_MissingNumber_IsTheDefaultAndSaysSo()
    {
        Assert.True(Form.TryRead("INFORMATION: x\nANSWER: y", out ReplyRecord? record, out _));
        Assert.Equal(2.5, record.Number("confidence"));
        Assert.Contains("confidence", record.Missing);
    }

    [Fact]
    public void Read_MissingText_IsRefusedByName()
    {
        Assert.False(Form.TryRead("INFORMATION: x\nCONFIDENCE: 3", out _, out string? wrong));
        Assert.Equal("The field ANSWER is missing.", wrong);
    }

    [Fact]
    public void Read_SentinelInOneField_LeavesTheOthersAlone()
    {
        Assert.True(Form.TryRead("INFORMATION: [NO INFORMATION] is what others say.\nANSWER: [NO INFORMATION]\nCONFIDENCE: 0\nQUOTES: none", out ReplyRecord? record, out _));
        Assert.True(RecordValue.IsNothing(record.Text("answer")));
        Assert.False(RecordValue.IsNothing(record.Text("information")));
        Assert.Empty(record.List("quotes"));
    }

    [Fact]
    public void Schema_HasEveryFieldInOrderAndNothingElse()
    {
        JsonElement schema = Form.Schema;
        Assert.Equal(["information", "answer", "confidence", "quotes", "verdict"], schema.GetProperty("properties").EnumerateObject().Select(p => p.Name));
        Assert.Equal(5, schema.GetProperty("required").GetArrayLength());
        Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
    }

    [Fact]
    public void Read_HostileText_IsQuick()
    {
        string braces = new('{', 20_000);
        Assert.False(Form.TryRead(braces + new string('*', 100_000), out _, out _));
    }
}
