namespace Orchestrator.Chaos;

/// <summary>What was seen of one fault.</summary>
sealed record Record(int Number, string Fault)
{
    public string Target { get; set; } = "";

    /// <summary>From the fault to the first suspicion of a member.</summary>
    public TimeSpan? Noticed { get; set; }

    /// <summary>From the suspicion to the trials of a lost worker being in the queue again, first of all.</summary>
    public TimeSpan? GivenUp { get; set; }

    /// <summary>From the suspicion to these trials being under new leases: where every slot is busy, when the next one is free.</summary>
    public TimeSpan? GoesOn { get; set; }

    /// <summary>From the fault to the next coordinator's first answer about the sweep.</summary>
    public TimeSpan? Failover { get; set; }

    /// <summary>Training attempts on living workers that ended by a failover.</summary>
    public int? Interrupted { get; set; }
}
