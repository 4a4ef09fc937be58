namespace Orchestrator.Cluster;

/// <summary>A setting of a node that cannot be used; the message says which, where it came from and what to do.</summary>
public sealed class NodeSettingException(string message) : Exception(message);
