namespace Agentic.Reading.ChainOfAgents;

/// <summary>Names of the stages, the same in plans, usage, events and evidence.</summary>
internal static class Stages
{
    public const string Worker = "worker";
    public const string Manager = "manager";
    public const string Judge = "judge";
    public const string Direct = "direct";
}
